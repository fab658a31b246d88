// Files that are not what was built are refused, with a page that says so.
import assert from "node:assert/strict";

import { startBrowser } from "./harness/driver.mjs";
import { fileOf, spreadsheet } from "./harness/samples.mjs";
import { openTampering } from "./harness/tampering.mjs";
import { check, serve } from "./harness/walk.mjs";
import { wordsOf } from "./harness/words.mjs";
import { App } from "./pages/app.mjs";

const server = serve();
const FAILED = { role: "heading", name: "This console could not start" };

/** Opens the app through a proxy that changes these files: one byte of them, or as `change` does. */
async function opened(files, steps, change) {
  const proxy = await openTampering(server);
  const browser = await startBrowser();
  const driver = await browser.person({ origin: proxy.origin, locale: "en" });
  try {
    proxy.change(files, change);
    await steps(driver, proxy);
    assert.ok(proxy.changed.length > 0, `${files} was asked for`);
  } finally {
    await driver.close();
    await browser.close();
    proxy.close();
  }
}

for (const [what, files] of [
  ["the style sheet", /\/style-\w+\.css$/],
  ["the app's bindings", /\/msi-actions-admin\.js$/],
  ["the app's loader of pieces", /\/__wasm_split\.js$/],
  ["the app's code", /\/msi-actions-admin_bg\.wasm$/],
]) {
  check(`c6: one changed byte in ${what} is refused with a readable page`, server, async () => {
    await opened(files, async (driver) => {
      await driver.goto("/sign-in");
      await driver.see(FAILED);
      await driver.see({ role: "button", name: "Reload" });
    });
  });
}

check("c6: where not even boot.js is what was built, the page says so by itself after a while", server, async () => {
  await opened(/\/boot-\w+\.js$/, async (driver) => {
    await driver.goto("/sign-in");
    assert.equal(await driver.has(FAILED), false);
    await driver.endAnimations();
    await driver.see(FAILED);
  });
});

check("c6: one changed byte in a piece of the app is refused, and the screen says so", server, async () => {
  await opened(/\/split_home\.wasm$/, async (driver, proxy) => {
    await driver.signIn((await server.signInLink()).replace(server.origin, proxy.origin));
    await driver.goto("/");
    await driver.see({ text: wordsOf("en")("app.screen_failed") });
  });
});

/** Has the Worker read a file, and waits for what the screen says. */
async function readFile(driver, proxy, says, path = fileOf("people.csv", "Email,First name\nana@example.com,Ana\n")) {
  await driver.signIn((await server.signInLink()).replace(server.origin, proxy.origin));
  await driver.goto("/settings/admin/users/invite-csv");
  const app = new App(driver, wordsOf("en"), server);
  await app.inviteCsv.file.arrive();
  await app.inviteCsv.file.choose(path);
  await driver.see({ text: app.say(...[says].flat()), within: { role: "alert" } });
}

check("c6: one changed byte in the Worker's code is refused, and the screen says so", server, async () => {
  await opened(/\/csv_worker_bg\.wasm$/, (driver, proxy) => readFile(driver, proxy, "invite_csv.worker_died"));
});

check("c6: one changed byte in the Worker's words of headings is refused, and the screen says so", server, async () => {
  await opened(/\/words\.json$/, (driver, proxy) => readFile(driver, proxy, "invite_csv.worker_died"));
});

check("c6: a Worker of another build than the page is refused, and the screen says so", server, async () => {
  const otherBuild = (body) => Buffer.from(body.toString().replace(/build = "\w+"/, 'build = "another"'));
  await opened(/\/csv_worker_loader\.js$/, (driver, proxy) => readFile(driver, proxy, "invite_csv.other_version"), otherBuild);
});

check("c6: one changed byte in the code of the spreadsheets' Worker is refused, and the screen says so", server, async () => {
  await opened(/\/sheet_worker_bg\.wasm$/, (driver, proxy) =>
    readFile(driver, proxy, ["refusal.reader_died", { name: "people.xlsx" }], spreadsheet("people.xlsx")),
  );
});
