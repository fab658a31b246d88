// A way past every screen and its states, for what must hold on each, and for pictures.
import { fileOf, sample } from "./samples.mjs";

const PASSWORD = "correct horse battery staple";
const CHUNKS = "/invitation-batches/{id}/chunks";

export const tour = {
  /** Invitations of every fate, so that there is something to see. */
  async prepare(server) {
    const admin = await server.admin();
    const fates = ["ana", "bounce", "greylist", "expired", "revoked"];
    await admin.invite(fates.map((name) => ({ email: `${name}@tour.example`, first_name: name, last_name: "Ruiz" })));
    await server.mailsOnceThere("greylist@tour.example");
    const person = server.visitor();
    const [mail] = await server.mailsOnceThere("ana@tour.example");
    await person.accept(mail.links[0], PASSWORD);
  },

  /** Goes past every screen; `look` is called with the name of each state, once it stands. */
  async walk(app, look = (name) => app.driver.inspect(name)) {
    const { driver, inviteCsv } = app;
    const { locale, width, dark, forcedColors } = driver.options;
    const own = [locale, width, dark ?? false, forcedColors ?? false].join("-");

    await app.signIn.open();
    await look("sign in");
    await app.signIn.submitEmpty();
    await look("sign in, empty");
    await driver.goto("/forgot-password");
    await driver.see({ role: "heading", name: app.say("forgot.title") });
    await look("forgotten password");
    await driver.goto("/reset-password#invalid");
    await driver.see({ role: "heading", name: app.say("reset.title") });
    await look("reset password");
    await app.activation.open("/activate#invalid");
    await driver.see({ role: "alert" });
    await look("activation, invalid");
    await driver.goto("/nowhere");
    await app.frame.seeNotFound();
    await look("not found");

    await app.enter();
    await look("users");
    await app.users.openMenu();
    await look("users, actions");
    await driver.press("Escape");
    await app.users.search("nobody at all");
    await app.users.seeNobody();
    await look("users, nobody");
    await app.users.open("?status=invited");
    await look("users, invited");

    await app.invite.open();
    await app.invite.enter("new@tour.example two@@tour.example eva@gmial.com bounce@tour.example");
    await app.invite.seeEntry("two@@tour.example");
    await look("invite, entries");
    await app.invite.next();
    await app.invite.seeReview(2);
    await look("invite, review");

    await inviteCsv.open();
    await look("csv, file");
    await inviteCsv.file.choose(sample("renamed-zip.csv"));
    await inviteCsv.file.seeRefused(app.say("refusal.zip", { name: "renamed-zip.csv" }));
    await look("csv, refused");
    await inviteCsv.file.choose(sample("problems.csv"));
    await inviteCsv.file.arriveChosen();
    await look("csv, chosen");
    await inviteCsv.file.next();
    await inviteCsv.mapping.arrive();
    await look("csv, mapping");
    await inviteCsv.mapping.next();
    await inviteCsv.review.arrive();
    await look("csv, review");
    await inviteCsv.review.filterBy("error");
    await inviteCsv.review.seeOnly("error");
    await look("csv, review, errors");
    await inviteCsv.review.next();
    await inviteCsv.invite.arrive();
    await look("csv, invite");
    await app.fault(CHUNKS, "503", { times: 1_000_000 });
    await inviteCsv.invite.inviteWhoever();
    await inviteCsv.sending.seeWaiting(app.say("problem.unavailable"));
    await look("csv, waiting");
    await inviteCsv.sending.cancel();
    await look("csv, cancelled");
    await app.fault(CHUNKS, "503", { times: 0 });

    await inviteCsv.sending.another();
    await inviteCsv.prepare(fileOf("one.csv", `Email\none-${own}@tour.example\n`));
    await inviteCsv.invite.inviteWhoever();
    await inviteCsv.sending.seeNextSteps();
    await look("csv, accepted");

    await app.batch.openList();
    await look("batches");
    await app.batch.open(app.say("batches.individual"));
    await look("batch");

    await app.profile.open();
    await look("profile");

    await app.salesforce.open();
    await app.salesforce.seeNotConnected();
    await look("salesforce");
    await app.salesforce.connect();
    await look("salesforce, explained");
    await app.salesforce.cancel();
    await app.salesforce.openSettings();
    await app.salesforce.choose("salesforce.email_bcc");
    await look("sync settings, bcc");
    await app.salesforce.openTab("salesforce.connections_and_customizations");
    await app.salesforce.seeAskedBeforeLeaving();
    await look("leave without saving");
    await app.salesforce.leave();
    await app.marketo.open();
    await look("marketo");
    await app.marketo.openAccess();
    await look("marketo, access");
    await app.salesforceSetup.open();
    await look("salesforce setup");
  },
};
