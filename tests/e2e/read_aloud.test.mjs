// What a screen reader reads and announces: that the checks of it, which every inspected state of every walk goes through,
// find what is wrong.
import assert from "node:assert/strict";

import { onlyInChromium, serve, walk } from "./harness/walk.mjs";

const server = serve();
const options = { except: onlyInChromium("its tree is read") };
/** The pages of this file are made of texts, which the app's policy lets no page do. */
const made = { ...options, policy: false };

/** Changes of a page by which it is no longer understood by ear, each with what is to be found. */
const FAULTS = {
  'nothing is read of a button in main "Content"': '<main aria-label="Content"><h1>T</h1><button></button></main>',
  'button "Save" stands twice in row "Ana"':
    '<main><h1>T</h1><table aria-label="People"><tr aria-label="Ana"><th>Ana</th><td><button>Save</button><button>Save</button></td></tr></table></main>',
  'link "Open" stands twice in region "Files"':
    '<main><h1>T</h1><section aria-label="Files"><a href="/a">Open</a><a href="/b">Open</a></section></main>',
  'heading "Deep" of level 4 comes after one of level 2': "<main><h1>T</h1><h2>A</h2><h4>Deep</h4></main>",
  'textbox "Email" is wrong, and does not say why': '<main><h1>T</h1><label>Email <input aria-invalid="true"></label></main>',
  'table "Rows" has no headers':
    '<main><h1>T</h1><div role="table" aria-label="Rows"><p role="row"><b role="cell">a</b></p></div></main>',
  "nothing is read of a dialog": '<main><h1>T</h1></main><dialog id="made"><p>Sure?</p><button>Yes</button></dialog>',
  'a text is not for people: paragraph "" undefined': '<main><h1>T</h1><p aria-description="undefined">Hello</p></main>',
  'a text is not for people: button "users.invite"': "<main><h1>T</h1><button>users.invite</button></main>",
};
/** What is no fault, though it looks alike. */
const SOUND = `<main><h1>T</h1><h2>A</h2><h3>B</h3>
  <section aria-label="Files"><a href="/a">Open</a><a href="/a">Open</a></section>
  <table aria-label="People"><thead><tr><th>Name</th><th>Does</th></tr></thead><tbody>
    <tr aria-label="Ana"><td>Ana</td><td><button>Save</button></td></tr>
    <tr aria-label="Bo"><td>Bo</td><td><button>Save</button></td></tr></tbody></table>
  <label>Email <input aria-invalid="true" aria-describedby="why"></label><p id="why">It has no @.</p></main>`;

/** Shows a page in place of the app's, with its dialog open. */
function show(html) {
  const made = new DOMParser().parseFromString(html, "text/html");
  document.body.replaceChildren(...made.body.childNodes);
  document.querySelector("#made")?.showModal();
}

walk(
  "u12: whatever is not understood by ear is found, and nothing else; announced is what changes in a live region and comes from no page behind a dialog",
  server,
  made,
  async (app) => {
    const { driver } = app;
    await app.signIn.open();
    for (const [fault, html] of Object.entries(FAULTS)) {
      await driver.onPage(show, html);
      assert.deepEqual(await driver.faultsByEar(), [fault]);
    }
    await driver.onPage(show, SOUND);
    assert.deepEqual(await driver.faultsByEar(), []);

    await driver.listenAloud();
    await app.signIn.open();
    await driver.onPage(
      show,
      '<main><h1>T</h1><p role="status" id="live"></p></main><dialog id="later"><p role="status" id="within"></p></dialog>',
    );
    const say = ([id, text]) => (document.getElementById(id).textContent = text);
    const heard = () => driver.onPage(() => window.announced.splice(0));
    await driver.drawn();
    await heard();
    await driver.onPage(say, ["live", "Saved."]);
    assert.deepEqual(await heard(), ["Saved."]);
    // Who is not there before has nobody listening, except for alerts.
    const add = (html) =>
      document.querySelector("main").append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    await driver.onPage(add, '<p role="status">Unheard.</p>');
    assert.deepEqual(await heard(), []);
    await driver.onPage(add, '<p role="alert">Wrong.</p>');
    assert.deepEqual(await heard(), ["Wrong."]);
    await driver.onPage(() => document.querySelector("#later").showModal());
    await driver.onPage(say, ["live", "Unheard."]);
    await driver.onPage(say, ["within", "Copied."]);
    assert.deepEqual(await heard(), ["Copied."]);
  },
);

walk(
  "u12: the sign-in is read in order, with its errors at their fields, and a state that is not understood by ear fails the walk that inspects it",
  server,
  options,
  async (app) => {
    const { driver, say } = app;
    await app.signIn.open();
    await app.signIn.submitEmpty();
    const read = await driver.readAloud();
    const heading = `heading ${JSON.stringify(say("sign_in.title"))}`;
    const error = say("sign_in.email_missing");
    const order = [heading, "alert", `link ${JSON.stringify(error)}`, `textbox ${JSON.stringify(say("field.email"))}`];
    const places = order.map((start) => read.findIndex((line) => line.startsWith(start)));
    assert.ok(!places.includes(-1), read.join("\n"));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
      read.join("\n"),
    );
    assert.ok(read[places[3]].endsWith(`(${error})`), read[places[3]]);

    await driver.onPage(() => document.querySelector("main button[type=submit]").setAttribute("aria-label", "sign_in.button"));
    await driver.inspect("sign in with a button that is named by a key");
    const found = driver.troubles.filter((trouble) => trouble.includes("a text is not for people"));
    assert.equal(found.length, 1, driver.troubles.join("\n"));
    driver.forgetTroubles();
  },
);
