// Pictures for the user guide: node tests/e2e/guide-pictures.mjs [LOCALE ...]
// With the environment of the browser tests: SERVER, DIST and CHROME_PATH. Writes docs/guide/images/LOCALE/NAME.webp.
// They are taken with Inter: the package fonts-inter, and a FONTCONFIG_FILE in which it stands before `system-ui` and `sans-serif`.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Chromium } from "./harness/chromium.mjs";
import { sample } from "./harness/samples.mjs";
import { ADMIN, Server } from "./harness/server.mjs";
import { tour } from "./harness/tour.mjs";
import { wordsOf } from "./harness/words.mjs";
import { App } from "./pages/app.mjs";

const GUIDE = fileURLToPath(new URL("../../docs/guide", import.meta.url));
const PICTURE = { width: 1280, height: 800, mostBytes: 60_000 };

/** The first steps done, so that the screens have content. */
async function begin(server) {
  await tour.prepare(server);
  const admin = await server.admin();
  const { items } = await admin.call("GET", "/marketo-admins");
  await admin.call("POST", "/marketo-admins/invites", { id: items[0].id, language: "en" });
  await admin.call("POST", "/connections/marketo", { by: "integration_information", out_of_order: true });
  for (const id of ["actions_enabled", "marketo_salesforce_sync"]) {
    await admin.call("PUT", `/setup-guide/prerequisites/${id}`, { ticked: true });
  }
}

async function connectSalesforce({ salesforce }) {
  await salesforce.open();
  await salesforce.connect();
  const window = await salesforce.ok();
  await window.signIn(ADMIN);
  await window.allow();
  await window.driver.seeClosed();
  await salesforce.seeHealthy();
}

/** What each picture shows, by the name of its page; in this order, signed in from the second on. */
const PICTURES = {
  "sign-in": (app) => app.signIn.open(),
  users: async (app) => {
    // From the sign-in page the link would change only the fragment.
    await app.driver.goto("/forgot-password");
    await app.enter();
  },
  invite: async (app) => {
    await app.invite.open();
    await app.invite.enter("eva@example.com lee@example.com two@@example.com ana@gmial.com");
    await app.invite.seeEntry("two@@example.com");
  },
  "invite-csv": async (app) => {
    await app.inviteCsv.open();
    await app.inviteCsv.file.choose(sample("problems.csv"));
    await app.inviteCsv.file.arriveChosen();
    await app.inviteCsv.file.next();
    await app.inviteCsv.mapping.arrive();
    await app.inviteCsv.mapping.next();
    await app.inviteCsv.review.arrive();
  },
  invitations: async (app) => {
    await app.batch.openList();
    // The last batch of the list is the first that was sent, and has rows of every kind.
    await app.driver.click({ role: "link", within: { role: "rowheader" }, nth: 1 });
    await app.batch.arrive();
  },
  profile: (app) => app.profile.open(),
  teams: (app) => app.teams.open(),
  general: (app) => app.general.open(),
  security: (app) => app.security.open(),
  diagnostics: (app) => app.diagnostics.open(),
  "actions-config": (app) => app.actionsConfig.open(),
  marketo: (app) => app.marketo.open(),
  salesforce: (app) => app.salesforce.open(),
  "salesforce-setup": async (app) => {
    await connectSalesforce(app);
    await app.salesforceSetup.open();
  },
  "setup-guide": (app) => app.setupGuide.open(),
  "field-sync": async (app) => {
    await app.actionsConfig.open();
    await app.actionsConfig.preview();
    await app.actionsConfig.seeCounted();
    // Scrolls to it.
    await app.driver.click({ role: "table", name: app.say("field_sync.left_out") });
  },
  sandbox: async (app) => {
    // The next language starts from the same state as this one.
    await app.driver.request("DELETE", "/api/v1/connections/salesforce");
    await app.mailbox.open(`${app.server.origin}/mailbox`);
  },
};

const languages = readdirSync(GUIDE, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== "images");
const locales = process.argv.length > 2 ? process.argv.slice(2) : languages.map((entry) => entry.name);
const ends = [];
const suite = { after: (end) => ends.push(end) };
try {
  const server = await Server.start(suite, ["--sample-data", "--seats", "1000", "--sandbox-speed", "200"]);
  await begin(server);
  const chromium = await Chromium.start();
  suite.after(() => chromium.close());
  for (const locale of locales) {
    const folder = join(GUIDE, "images", locale);
    mkdirSync(folder, { recursive: true });
    const driver = await chromium.person({ origin: server.origin, locale, width: PICTURE.width });
    const app = new App(driver, wordsOf(locale), server);
    for (const [name, arrive] of Object.entries(PICTURES)) {
      await arrive(app);
      writeFileSync(join(folder, `${name}.webp`), await driver.picture(PICTURE));
    }
    await driver.close();
  }
} finally {
  for (const end of ends.reverse()) await end();
}
