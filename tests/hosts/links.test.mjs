// Every link that the server prints or mails, opened with the API on another site and, with --all, where console and API are
// in any other arrangement: it leads to the screen that takes it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { promisify } from "node:util";

import { drawn, startBrowser } from "../e2e/harness/driver.mjs";
import { freePort } from "../e2e/harness/ports.mjs";
import { testTwice } from "../e2e/harness/second_try.mjs";
import { ADMIN, DIST, PASSWORD, SERVER, Server } from "../e2e/harness/server.mjs";
import { wordsOf } from "../e2e/harness/words.mjs";
import { App } from "../e2e/pages/app.mjs";
import { startWebServer } from "./web_servers.mjs";

/** The host of the API, by its place as seen from the console. Browsers take all these names for this machine. */
const CONSOLE = "console.localhost";
const APIS = { "the same origin": CONSOLE, "the same site": "api.console.localhost", "another site": "api.localhost" };

/** One of the Marketo stand-in's administrators. */
const MARKETO_ADMIN = "marta.nunez@northwind.example";

let browser = null;
after(async () => (await browser)?.close());

/** Starts console and API, lets a person in by `steps`, and ends them. */
async function arranged(place, base, steps) {
  const out = mkdtempSync(join(tmpdir(), "msi-links-"));
  const [port, bind] = [await freePort(), await freePort()];
  const isHere = place === "the same origin";
  const origin = `http://${CONSOLE}:${port}`;
  const api = isHere ? origin : `http://${APIS[place]}:${bind}`;
  const options = [
    "--dist",
    DIST,
    "--out",
    out,
    "--base-path",
    base,
    "--api",
    `${isHere ? "" : api}/api/v1`,
    "--target",
    "nginx",
  ];
  await promisify(execFile)(SERVER, ["configure", ...options]);
  // Where the test itself asks: the names are those of browsers only.
  const here = `http://127.0.0.1:${bind}`;
  const server = new Server(["--public-url", api, "--console-url", `${origin}${base}`, "--allowed-origin", here]);
  server.bind = `127.0.0.1:${bind}`;
  const started = [];
  let driver;
  try {
    started.push(await startWebServer("nginx", out, { port, backend: isHere ? { folder: "/", port: bind } : undefined }));
    await server.begin();
    started.push(server);
    server.origin = here;
    browser ??= startBrowser();
    driver = await (await browser).person({ origin, api, base: base.replace(/\/$/, "") });
    await steps(new App(driver, wordsOf("en"), server), { console: `${origin}${base}`, api });
    assert.deepEqual(driver.troubles, []);
  } catch (error) {
    const said = driver ? (await driver.saidByPages()).map(({ path, text }) => `--- ${path}\n${text}`) : [];
    throw new Error([error.message, ...(driver?.troubles ?? []), ...said].join("\n"), { cause: error });
  } finally {
    await driver?.close();
    for (const part of started.reverse()) await part.close();
    rmSync(out, { recursive: true, force: true });
  }
}

// The one that differs most comes first.
for (const place of drawn(Object.keys(APIS).toReversed())) {
  for (const base of drawn(["/some/base/", "/"])) {
    testTwice(`a17: every link leads to the screen that takes it: the console at ${base}, the API on ${place}`, async () => {
      await arranged(place, base, async (app, { console, api }) => {
        const { driver, server } = app;
        const admin = await server.people({ email: MARKETO_ADMIN });
        await admin.invite([{ email: "ana@links.example" }]);
        await admin.call("POST", "/invitations/test-mail", { language: "en", message: null, expires_in_days: 7 });
        const { items } = await admin.call("GET", "/marketo-admins");
        const { id } = items.find(({ email }) => email === MARKETO_ADMIN);
        await admin.call("POST", "/marketo-admins/invites", { id, language: "en" });
        await server.visitor().call("POST", "/password-resets", { email: ADMIN });

        // As in the environment that the operator's guide describes.
        const env = { ...process.env, MSI_DATA: server.data, MSI_PUBLIC_URL: api };
        const printed = (await promisify(execFile)(SERVER, ["sign-in-link"], { env })).stdout.trim();
        assert.ok(printed.startsWith(`${console}sign-in#`), printed);
        const linksTo = async (email, mails) =>
          (await server.mailsOnceThere(email, mails)).flatMap(({ links }) => links).toSorted();
        const [plain, reset, profile] = await linksTo(ADMIN, 3);
        assert.ok(reset.startsWith(`${console}reset-password#`), reset);
        assert.equal(plain, console, "that of a test mail");
        assert.equal(profile, `${console}settings/account/profile`, "that of a notice");
        const [nextSteps, , role] = await linksTo(MARKETO_ADMIN, 3);
        assert.deepEqual([nextSteps, role], [console, profile]);
        const invitation = await server.linkFor("ana@links.example");
        assert.ok(invitation.startsWith(`${console}activate#`), invitation);

        const seeSignIn = () => driver.see({ role: "heading", name: app.say("sign_in.title") });
        await driver.goto(plain);
        await seeSignIn();
        await app.signIn.reset(reset, `${PASSWORD} anew`);
        await seeSignIn();
        if (place === "another site") {
          await driver.goto(printed);
          await (await app.signInWindow.open()).useLink();
        } else {
          await app.signIn.byLink(printed);
        }
        await app.setupGuide.arrive();
        await app.frame.signOut(ADMIN);
        await seeSignIn();

        await app.activation.open(invitation);
        await app.activation.seeFor("ana@links.example");
        await app.activation.activate(PASSWORD);
        await app.profile.arrive();
      });
    });
  }
}
