// The whole guide, from an empty account to seven green steps. In the other languages the tours visit every screen of
// it.
import assert from "node:assert/strict";

import { IS_THOROUGH } from "./harness/driver.mjs";
import { fileOf } from "./harness/samples.mjs";
import { ADMIN, PASSWORD } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";
import { LANGUAGES } from "./harness/words.mjs";

/** One of the Marketo stand-in's administrators. */
const MARKETO_ADMIN = { name: "Marta Núñez", address: "marta.nunez@northwind.example" };
const ORG = "Example Corp";
const DAY_SECONDS = 24 * 3600;
/** Items that the org's API does not report, ticked by hand. */
const BY_HAND = ["objects_deployed", "read_standard_objects", "lead_field_mapping", "marketo_credentials", "enable_msi_actions"];

/** Follows the link of the mail to this address, and sets a password. */
async function activate(server, person, address) {
  await person.activation.open(await server.linkFor(address));
  await person.activation.activate(PASSWORD);
}

const server = serve("--sandbox-speed", "600", "--sandbox-people", "2000");

for (const locale of IS_THOROUGH ? LANGUAGES : ["ko"]) {
  walk(`i2: the seven steps in ${locale}`, server, { locale, refused: [/^401 for GET/] }, async (app, another) => {
    const { say, setupGuide, actionsConfig, salesforce, marketo, salesforceSetup } = app;
    await app.admit();
    await setupGuide.open();
    assert.equal(await app.driver.language(), locale);
    await setupGuide.seeProgress(0);
    for (let number = 1; number <= 7; number += 1) await setupGuide.seeState(number, "step_state.not_started");
    await setupGuide.tick("setup_guide.actions_enabled");
    await setupGuide.tick("setup_guide.marketo_salesforce_sync");

    // 1: a Marketo administrator is invited and activates the account.
    await actionsConfig.open();
    await actionsConfig.seeNotActivated();
    await actionsConfig.search(MARKETO_ADMIN.address);
    await actionsConfig.askToInvite(MARKETO_ADMIN.name);
    await actionsConfig.invite(MARKETO_ADMIN.name);
    await setupGuide.open();
    await setupGuide.seeState(1, "step_state.in_progress");
    await setupGuide.seeWaitingFor(1, MARKETO_ADMIN.name);
    const colleague = await another();
    await activate(server, colleague, MARKETO_ADMIN.address);
    await colleague.setupGuide.arrive();
    await setupGuide.open();
    await setupGuide.seeState(1, "step_state.done");

    // 2: Salesforce.
    await salesforce.connectAs(ADMIN, ORG);

    // 3: Marketo.
    await marketo.open();
    await marketo.connect();
    await marketo.seeConnected(ADMIN);
    await setupGuide.open();
    await setupGuide.seeState(3, "step_state.done");
    await setupGuide.seeProgress(3);

    // 4: the sync, whose card the screen shows by itself now.
    await actionsConfig.openAtNextStep();
    await actionsConfig.seeOpen("sync");
    await actionsConfig.seeReady();
    await actionsConfig.preview();
    await actionsConfig.start();
    await actionsConfig.seeRun("field_sync.state_completed");
    await setupGuide.open();
    await setupGuide.seeState(4, "step_state.done");

    // 5: others are invited, by address and by file, and one of them activates the account.
    await app.invite.open();
    await app.invite.enter("liam@example.com");
    await app.invite.next();
    await app.invite.seeReview(1);
    await app.invite.invite(1);
    await app.invite.seeAccepted(1);
    await app.invite.seeNextSteps(6, 7);
    await app.inviteCsv.open();
    await app.inviteCsv.prepare(fileOf(`${locale}.csv`, "Email\nnoor@example.com\nolu@example.com\n"));
    await app.inviteCsv.invite.invite(2);
    await app.inviteCsv.sending.seeAccepted(2);
    await setupGuide.open();
    await setupGuide.seeState(5, "step_state.in_progress");
    const liam = await another();
    await activate(server, liam, "liam@example.com");
    await liam.profile.arrive();
    await setupGuide.open();
    await setupGuide.seeState(5, "step_state.done");

    // 6 and 7: what a Salesforce administrator does in the org, and ticks here.
    await salesforceSetup.open();
    const { origin } = new URL(await salesforceSetup.deepLink("actions_remote_sites"));
    const done = await fetch(`${origin}/__sandbox/setup?org=production&preset=complete`, { method: "POST" });
    if (!done.ok) throw new Error(`the org was not set up: ${done.status}`);
    await salesforceSetup.checkNow();
    await salesforceSetup.seeState("user_access", "verified");
    for (const item of BY_HAND) {
      await salesforceSetup.tick(item);
      await salesforceSetup.seeState(item, "ticked");
    }

    await setupGuide.open();
    await setupGuide.seeProgress(7);
    await setupGuide.seeRail(7);
    await setupGuide.seeHome(4);
    for (let number = 1; number <= 7; number += 1) await setupGuide.seeState(number, "step_state.done");
    await app.driver.inspect(`seven green steps in ${say("nav.setup_guide")}`);

    // A picture is shown once there is a course.
    await (await server.admin()).setPassword(PASSWORD);
    const admin = server.visitor();
    for (const later of ["later@example.com", "latest@example.com"]) {
      await server.pass(DAY_SECONDS);
      await admin.call("POST", "/session", { password: { email: ADMIN, password: PASSWORD } });
      await admin.invite([{ email: later }]);
    }
    await app.signIn.open();
    await app.signIn.byPassword(ADMIN, PASSWORD);
    await setupGuide.arrive();
    const { days } = await admin.call("GET", "/invitations/by-day");
    const inWords = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
    await setupGuide.seeCourse([days[0], days.at(-1)].map(({ begins_at }) => inWords.format(new Date(begins_at))));
    await app.driver.inspect("home with a course");
  });
}
