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
const PEOPLE = fileOf("people.csv", "Email,First name\nana@example.com,Ana\n");

/**
 * Opens the app through a proxy that gives files other than they are: `steps` gets the app and `tampered(files, look, change)`,
 * which has these files changed, one byte of them or as `change` does, while `look` opens a page.
 */
async function throughProxy(steps) {
  const proxy = await openTampering(server);
  const browser = await startBrowser();
  const driver = await browser.person({ origin: proxy.origin, locale: "en" });
  const tampered = async (files, look, change) => {
    proxy.change(files, change);
    await look().catch((cause) => {
      throw new Error(`${files} is not what was built: ${cause.message}`, { cause });
    });
    assert.ok(proxy.changed.length > 0, `${files} was asked for`);
  };
  try {
    await steps(new App(driver, wordsOf("en"), server), tampered, proxy);
  } finally {
    await driver.close();
    await browser.close();
    proxy.close();
  }
}

check("c6: one changed byte in any file that the app begins with is refused with a readable page", server, async () => {
  await throughProxy(async ({ driver }, tampered) => {
    for (const files of [
      /\/style-\w+\.css$/,
      /\/msi-actions-admin\.js$/,
      /\/__wasm_split\.js$/,
      /\/msi-actions-admin_bg\.wasm$/,
    ]) {
      await tampered(files, async () => {
        await driver.goto("/sign-in");
        await driver.see(FAILED);
        await driver.see({ role: "button", name: "Reload" });
      });
    }
    // Where not even this is what was built, the page says so by itself after a while.
    await tampered(/\/boot-\w+\.js$/, async () => {
      await driver.goto("/sign-in");
      assert.equal(await driver.has(FAILED), false);
      await driver.endAnimations();
      await driver.see(FAILED);
    });
  });
});

check(
  "c6: a changed piece of the app, or a Worker that is not the page's, is refused, and the screen says so",
  server,
  async () => {
    await throughProxy(async (app, tampered, proxy) => {
      const { driver, say } = app;
      await driver.signIn((await server.signInLink()).replace(server.origin, proxy.origin));
      await tampered(/\/split_home\.wasm$/, async () => {
        await driver.goto("/");
        await driver.see({ text: say("app.screen_failed") });
      });
      /** Has a Worker read a file, and waits for what the screen says. */
      const read = async (path, says) => {
        await app.inviteCsv.open();
        await app.inviteCsv.file.choose(path);
        await driver.see({ text: says, within: { role: "alert" } });
      };
      const otherBuild = (body) => Buffer.from(body.toString().replace(/build = "\w+"/, 'build = "another"'));
      const died = say("invite_csv.worker_died");
      await tampered(/\/csv_worker_bg\.wasm$/, () => read(PEOPLE, died));
      await tampered(/\/words\.json$/, () => read(PEOPLE, died));
      await tampered(/\/csv_worker_loader\.js$/, () => read(PEOPLE, say("invite_csv.other_version")), otherBuild);
      const unread = say("refusal.reader_died", { name: "people.xlsx" });
      await tampered(/\/sheet_worker_bg\.wasm$/, () => read(spreadsheet("people.xlsx"), unread));
    });
  },
);
