// Tours of every screen and its states, for the checks of each, and for pictures. If a page object inspects a state
// itself, the state has the same name here, so that it is inspected only once.
import { appCode } from "./authenticator.mjs";
import { PROOF_SECONDS } from "./proof.mjs";
import { fileOf, sample, spreadsheet } from "./samples.mjs";
import { ADMIN, PASSWORD } from "./server.mjs";

const DAY_SECONDS = 24 * 3600;
const USER = "ana@tour.example";
/** One of the Marketo stand-in's administrators. */
const MARKETO_ADMIN = "Marta Núñez";
/** One of the sample data's teams. */
const TEAM = "Inside Sales";
const CHUNKS = "/invitation-batches/{id}/chunks";

export const tour = {
  /** Invitations in every state, so that the screens have content. */
  async prepare(server) {
    const admin = await server.admin();
    const fates = ["ana", "bounce", "greylist", "expired", "revoked"];
    const flows = ["invite-csv", "users", "setup-guide"];
    await admin.call("POST", "/api-keys", { name: "CRM", origins: ["https://crm.example.com"], flows, role: "admin" });
    await admin.invite(fates.map((name) => ({ email: `${name}@tour.example`, first_name: name, last_name: "Ruiz" })));
    await server.mailsOnceThere("greylist@tour.example");
    const person = server.visitor();
    const [mail] = await server.mailsOnceThere(USER);
    await person.accept(mail.links[0], PASSWORD);
    // Not in the language of the invitation, but in each language of the tours.
    await person.call("PATCH", "/profile", { locale: "browser" });
  },

  /** Visits every screen of an administrator; `look` is called with the name of each state once it is reached. */
  async walk(app, look = (name) => app.driver.inspect(name)) {
    const { driver, inviteCsv } = app;
    const { locale, width, dark, forcedColors } = driver.options;
    const own = [locale, width, dark ?? false, forcedColors ?? false].join("-");

    await app.signIn.open();
    await look("sign in");
    await app.signIn.submitEmpty();
    await look("sign in with errors");
    await driver.goto("/forgot-password");
    await driver.see({ role: "heading", name: app.say("forgot.title") });
    await look("forgotten password");
    await driver.goto("/reset-password#invalid");
    await driver.see({ role: "heading", name: app.say("reset.title") });
    await look("reset password");
    app.signIn.forgetNoUsername();
    await app.activation.open("/activate#invalid");
    await driver.see({ role: "alert" });
    await look("activation, invalid");
    await driver.goto("/nowhere");
    await app.frame.seeNotFound();
    await look("not found");

    await app.validate.open();
    await look("validate: file");
    await app.validate.rules.edit();
    await look("validate: rules");
    await app.validate.rules.set("members", "nobody");
    await app.validate.rules.trySaving();
    await app.validate.rules.seeWrong(
      app.say("rules_error.bad_entry", { rule: app.say("rule.members"), number: 1, entry: "nobody" }),
    );
    await look("validate: wrong rules");
    await app.validate.rules.set("members", "ana@tour.example");
    await app.validate.check(sample("problems.csv"));
    await look("validate: review");

    await app.signIn.byLink(await app.server.signInLink());
    await app.setupGuide.arrive();
    await look("setup guide");
    await app.setupGuide.open("#initiate-data-sync");
    await app.setupGuide.seeInstructions(4, "setup_guide.sync_1");
    await look("setup guide, step 4 opened");
    await app.actionsConfig.open();
    await look("actions config");
    await app.actionsConfig.askToInvite(MARKETO_ADMIN);
    await look("invite a Marketo administrator");
    await driver.press("Escape");
    await app.actionsConfig.openTab("integration");
    await look("actions config, integration");
    await app.actionsConfig.openTab("people");
    await look("actions config, nobody synced");
    await app.actionsConfig.openTab("sync");
    await look("actions config, sync");

    await app.users.open();
    await look("user management");
    await app.users.openMenu();
    await look("actions menu");
    await driver.press("Escape");
    const [ana] = await (await app.server.admin()).users({ search: USER });
    await app.user.open(ana.id, "ana Ruiz");
    await look("person");
    await app.users.open();
    await app.users.search("nobody at all");
    await app.users.seeNobody();
    await look("nobody found");
    await app.users.open("?status=invited");
    await look("user management, invited");

    await app.invite.open();
    await app.invite.enter("new@tour.example two@@tour.example eva@gmial.com bounce@tour.example");
    await app.invite.seeEntry("two@@tour.example");
    await look("invite: entries");
    await app.invite.next();
    await app.invite.seeReview(2);
    await look("invite: review");

    await inviteCsv.open();
    await look("csv: file");
    await inviteCsv.file.choose(sample("renamed-zip.csv"));
    await inviteCsv.file.seeRefused(app.say("refusal.zip", { name: "renamed-zip.csv" }));
    await look("csv: file refused");
    await inviteCsv.file.openPaste();
    await look("csv: paste");
    await inviteCsv.file.choose(spreadsheet("people.xlsx"));
    await inviteCsv.file.arriveChosen();
    await look("csv: spreadsheet chosen");
    await inviteCsv.file.chooseAnother(sample("problems.csv"));
    await inviteCsv.file.seePreviewed("no-at.example.com");
    await look("csv: file chosen");
    await inviteCsv.file.next();
    await inviteCsv.mapping.arrive();
    await look("csv: mapping");
    await inviteCsv.mapping.next();
    await inviteCsv.review.arrive();
    await look("csv: review");
    await inviteCsv.review.filterBy("error");
    await inviteCsv.review.seeOnly("error");
    await look("csv: review of error");
    await inviteCsv.review.next();
    await inviteCsv.invite.arrive();
    await look("csv: invite");
    await app.fault(CHUNKS, "503", { times: 1_000_000 });
    await inviteCsv.invite.inviteWhoever();
    await inviteCsv.sending.seeWaiting(app.say("problem.unavailable"));
    await look("csv: sending waits");
    await inviteCsv.sending.cancel();
    await look("csv: sending cancelled");
    await app.fault(CHUNKS, "503", { times: 0 });

    await inviteCsv.sending.another();
    await inviteCsv.prepare(fileOf("one.csv", `Email\none-${own}@tour.example\n`));
    await inviteCsv.invite.inviteWhoever();
    await inviteCsv.sending.seeNextSteps();
    await look("csv: accepted");

    await app.inviteSalesforce.open();
    await app.inviteSalesforce.seeNotConnected();
    await look("salesforce people, not connected");

    await app.updateUsers.open();
    await look("update: file");
    await app.updateUsers.review(
      fileOf("members.csv", "Email,Role\nmarketo.admin@example.com,User\nnobody@tour.example,Admin\n"),
    );
    await look("update: review");
    await app.updateUsers.compare();
    await look("update: changes");
    await app.updateUsers.discard();
    await app.updateUsers.openList();
    await look("updates");

    await app.batch.openList();
    await look("batches");
    await app.batch.openFirst();
    await look("batch");

    await app.profile.open();
    await look("my profile");

    // A slow machine needs longer to get here than a sign-in is proof enough.
    await app.signIn.byLink(await app.server.signInLink());
    await app.setupGuide.arrive();
    await app.salesforce.open();
    await app.salesforce.seeNotConnected();
    await look("salesforce, not connected");
    await app.salesforce.connect();
    await look("salesforce, explained");
    await app.salesforce.cancel();
    await app.server.pass(PROOF_SECONDS);
    await app.salesforce.connect();
    await app.proof.seeCodeOffered(ADMIN);
    await look("proof by code");
    await app.proof.askForCode(ADMIN);
    await look("proof by code, sent");
    await app.proof.cancel();
    await app.salesforce.openSettings();
    await app.salesforce.choose("salesforce.email_bcc");
    await look("sync settings, bcc");
    await app.salesforce.openTab("salesforce.connections_and_customizations");
    await app.salesforce.seeAskedBeforeLeaving();
    await look("leave without saving");
    await app.salesforce.leave();
    await app.marketo.open();
    await app.marketo.seeNotConnected();
    await look("marketo, not connected");
    await app.marketo.openAccess();
    await app.marketo.seeNeedsConnection();
    await look("marketo access, not connected");

    await driver.goto("/settings");
    await app.frame.arriveAt("nav.settings");
    await look("settings");
    await driver.goto("/settings/admin");
    await app.frame.arriveAt("nav.admin_settings");
    await look("admin settings");
    await driver.goto("/admin/sales-insight");
    await app.frame.arriveAt("nav.sales_insight");
    await look("sales insight");
    await app.general.open();
    await look("general");
    await app.teams.open();
    await look("teams");
    await app.teams.openTeam(TEAM);
    await look("team");
    await app.teams.open();
    await app.teams.openAllMembers();
    await look("all members");
    await app.security.open();
    await look("audit log");
    await app.security.openKeys();
    await look("API keys");
    await app.security.askForKey();
    await look("new API key");
    await driver.press("Escape");
    await app.webhooks.open();
    await look("webhooks");
    await app.webhooks.askForNew();
    await look("new webhook");
    await driver.press("Escape");
    await app.diagnostics.open();
    await app.diagnostics.errors();
    await look("diagnostics, errors");
    await app.salesforceSetup.open();
    await look("salesforce setup");
  },

  /** Visits the screens of a user who is not an administrator. */
  async walkAsUser(app, look = (name) => app.driver.inspect(name)) {
    await app.driver.goto("/settings/account/profile");
    await app.signIn.byPassword(USER, PASSWORD);
    await app.profile.arrive();
    await look("profile of a user");
    await app.salesforce.openOwn();
    await app.salesforce.seeNotConnected();
    await look("salesforce of a user");
    await app.driver.goto("/settings/admin/users");
    await app.frame.seeForbidden();
    await look("forbidden");
  },

  /** Goes through steps 1 to 4, so that the screens of the connections have content. */
  async connect(app) {
    await app.enter();
    await app.connect();
    await app.actionsConfig.open();
    await app.actionsConfig.seeReady();
    await app.actionsConfig.preview();
    await app.actionsConfig.seeCounted();
    await app.actionsConfig.start();
    await app.actionsConfig.seeRun("field_sync.state_completed");
  },

  /** Visits the screens that show more once that is done. */
  async walkConnected(app, look = (name) => app.driver.inspect(name)) {
    await app.enter();
    await app.setupGuide.open();
    await app.setupGuide.seeState(4, "step_state.done");
    await look("setup guide, step 4 done");
    await app.actionsConfig.open();
    await app.actionsConfig.seeRun("field_sync.state_completed");
    await look("actions config, synced");
    await app.actionsConfig.openDetails();
    await look("details of a run");
    await app.actionsConfig.closeDetails();
    await app.actionsConfig.preview();
    await look("preview of the sync");
    await app.actionsConfig.openTab("people");
    await look("synced people");
    await app.actionsConfig.openTab("integration");
    await look("integration information");
    await app.salesforce.open();
    await app.salesforce.seeHealthy();
    await look("salesforce, connected");
    await app.inviteSalesforce.open();
    await app.inviteSalesforce.arrive();
    await look("salesforce people");
    await app.inviteSalesforce.pick("Alex Kim");
    await app.inviteSalesforce.seeChosen(1);
    await look("salesforce people, chosen");
    await app.inviteSalesforce.review(1);
    await app.inviteCsv.review.arrive();
    await look("salesforce people, reviewed");
    await app.inviteSalesforce.goBack();
    await app.inviteSalesforce.chooseNobody();
    await app.marketo.open();
    await app.marketo.seeConnected(ADMIN);
    await look("marketo, connected");
    await app.marketo.openAccess();
    await app.marketo.arriveAtAccess();
    await look("marketo access");
    await app.salesforceSetup.open();
    await look("salesforce setup, connected");
    await app.profile.open();
    await look("my profile, connected");
  },

  /** Visits what there is of second factors, as an administrator with a password, at a server with a name. */
  async walkFactors(app, person, look = (name) => app.driver.inspect(name)) {
    const { driver, general, proof, signIn, twoStep } = app;
    const device = await driver.authenticator();
    await signIn.open();
    await look("sign in with a passkey");
    await signIn.byPassword(person.email, PASSWORD);
    await twoStep.seeOffered();
    await look("two-step sign-in is offered");
    await twoStep.openEmpty();
    await look("two-step sign-in, none");
    await twoStep.askForPasskey();
    await twoStep.createPasskey("");
    await twoStep.seePasskeyRefused(app.say("factors.passkey_name_missing"));
    await look("new passkey, refused");
    await twoStep.createPasskey("Laptop");
    await twoStep.readCodes();
    await look("recovery codes");
    await twoStep.storeCodes();
    const secret = await twoStep.askForApp();
    await look("new authenticator app");
    await twoStep.confirmApp("12");
    await twoStep.seeAppRefused();
    await look("new authenticator app, wrong code");
    await twoStep.confirmApp(appCode(secret, Date.now()));
    await twoStep.seeApp();
    await look("two-step sign-in, both");
    await app.server.pass(PROOF_SECONDS);
    await twoStep.makeCodes();
    await proof.seePasskeyAsked();
    await look("proof by passkey");
    await proof.useInstead("factors.use_password_code");
    await look("proof by password and code");
    await proof.cancel();
    await twoStep.cancel();
    await general.open();
    await general.chooseFactors("general.factors_everybody");
    await look("rule of second factors");
    await general.saveFactors();
    await look("question before a rule of second factors");
    // Otherwise it would sign in as soon as the address is typed.
    await device.confirms(false);
    await driver.signOut();
    await signIn.open();
    await signIn.byPassword(person.email, PASSWORD);
    await signIn.seeCodeAsked();
    await look("sign in, code of the app");
    await signIn.useInstead("factors.use_passkey");
    await look("sign in, passkey");
    await signIn.useInstead("factors.use_recovery");
    await look("sign in, recovery code");
  },

  /** Visits what people see whom the account asks for a second factor, in a day and now. */
  async walkFactorsDue(app, person, admin, look = (name) => app.driver.inspect(name)) {
    await admin.call("PATCH", "/account", { factor_rule: { needed_from: "everybody", grace_days: 1 } }, { "if-match": "*" });
    await app.signIn.open();
    await app.signIn.byPassword(person.email, PASSWORD);
    await app.twoStep.seeReminder();
    await look("a second factor is needed soon");
    await app.server.pass(2 * DAY_SECONDS);
    await app.signIn.open();
    await app.signIn.byPassword(person.email, PASSWORD);
    await app.twoStep.seeDue();
    await look("a second factor is due");
  },
};
