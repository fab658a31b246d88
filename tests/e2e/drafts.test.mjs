// Inviting from a file that is interrupted before anything is sent: nothing is lost, no other person finds it, and Back
// and Forward move between the steps.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { drawn, withProfile } from "./harness/driver.mjs";
import { fileOf } from "./harness/samples.mjs";
import { ADMIN, PASSWORD } from "./harness/server.mjs";
import { check, serveWith, walk } from "./harness/walk.mjs";
import { wordsOf } from "./harness/words.mjs";
import { App } from "./pages/app.mjs";

const CSV = "/settings/admin/users/invite-csv";

const ANA = { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz", role: "admin" };
const server = serveWith([ANA], "--seats", "1000");

/** People of a domain; rows that are named by their number in the file have another text in place of the address. */
function content(domain, count, others = {}) {
  const rows = Array.from(
    { length: count },
    (_, index) => `${others[index + 2] ?? `p${index + 2}@${domain}`},Person ${index + 2}`,
  );
  return `Email,First name\n${rows.join("\n")}\n`;
}

/** A file of two people used nowhere else, one with a wrong address, and the right one. */
function two(name, path = `${name}.csv`) {
  return {
    name: path,
    path: fileOf(path, `Email,First name\nnobody,Ana\nbo@${name}.example,Bo\n`),
    right: `somebody@${name}.example`,
  };
}

/** Chooses such a file, and corrects the address in the review. */
async function correctIn(app, file) {
  const { mapping, review } = app.inviteCsv;
  await app.inviteCsv.map(file.path);
  await mapping.next();
  await review.arrive();
  await review.edit("nobody", file.right);
  await review.seeGoingOnWith(2);
}

walk("a18: after a reload in the review its file brings back mapping, corrections and place", server, {}, async (app) => {
  const path = fileOf("long.csv", content("long.example", 400, { 3: "first-bad", 300: "second-bad" }));
  const { draft, mapping, review, invite } = app.inviteCsv;
  await app.admit();
  await app.inviteCsv.open();
  await app.inviteCsv.map(path);
  await mapping.map("First name", "field.last_name");
  await mapping.next();
  await review.arrive();
  await review.edit("first-bad", "first-good@long.example");
  await review.seeGoingOnWith(399);
  await review.nextProblem();
  await review.seeKeyboardIn("second-bad");
  await draft.seeKept('"reached":"review"', '"position":298', "first-good@long.example");
  await app.driver.reload();

  await draft.arrive("long.csv");
  await app.driver.seePath(CSV);
  await draft.seeCorrections("long.csv", 1);
  await draft.chooseAgain("long.csv", path);
  await review.arrive();
  await review.seeKeyboardIn("second-bad");
  await review.seeGoingOnWith(399);
  await review.undo();
  await review.seeGoingOnWith(398);
  await review.back();
  await mapping.arrive();
  const fields = (await mapping.columns()).map(({ field }) => field);
  assert.deepEqual(fields, [app.say("field.email"), app.say("field.last_name")]);

  // What was typed into the options comes back too.
  await mapping.next();
  await review.arrive();
  await review.next();
  await invite.arrive();
  await invite.message("See you on Monday");
  await draft.seeKept('"reached":"review"', "See you on Monday");
  await app.driver.reload();
  await draft.arrive("long.csv");
  await draft.chooseAgain("long.csv", path);
  await review.arrive();
  await review.next();
  await invite.arrive();
  await app.driver.seeValue(app.say("mail_options.message"), "See you on Monday");
});

walk("a18: a file that may still be read opens by itself, unless it has changed", server, { picker: true }, async (app) => {
  const { draft, file, mapping, review } = app.inviteCsv;
  const text = "Email,First name\nnobody,Ana\nbo@itself.example,Bo\n";
  await app.admit();
  await app.inviteCsv.open();
  await app.driver.putInPicker("itself.csv", text);
  await file.press();
  await file.arriveChosen();
  await file.next();
  await mapping.arrive();
  await mapping.next();
  await review.arrive();
  await review.edit("nobody", "somebody@itself.example");
  await draft.seeKept('"reached":"review"', "somebody@itself.example");
  await app.driver.reload();
  await review.arrive();
  await review.seeGoingOnWith(2);
  await app.driver.seePath(`${CSV}?step=review`);

  await app.driver.putInPicker("itself.csv", text.replace("Bo\n", "By\n"));
  await app.driver.reload();
  await draft.arrive("itself.csv");
  await draft.seeOtherFile("itself.csv", "itself.csv");
});

walk("a18: where the browser gives a way back to the file, one press goes on", server, { picker: "asks" }, async (app) => {
  const { draft, file, mapping, review } = app.inviteCsv;
  const text = "Email,First name\nnobody,Ana\nbo@found.example,Bo\n";
  await app.admit();
  await app.inviteCsv.open();
  await app.driver.putInPicker("found.csv", text);
  await file.press();
  await file.arriveChosen();
  await file.next();
  await mapping.arrive();
  await mapping.next();
  await review.arrive();
  await review.edit("nobody", "somebody@found.example");
  await draft.seeKept('"reached":"review"', "somebody@found.example");
  await app.driver.reload();
  await draft.arrive("found.csv");
  await draft.goOn();
  await review.arrive();
  await review.seeGoingOnWith(2);

  await app.driver.reload();
  await draft.arrive("found.csv");
  await app.driver.forbidFiles();
  await draft.goOn();
  await draft.seeUnreachable("found.csv");

  await app.driver.reload();
  await draft.arrive("found.csv");
  await app.driver.putInPicker("found.csv", text.replace("Bo\n", "By\n"));
  await draft.goOn();
  await draft.seeOtherFile("found.csv", "found.csv");
});

check("a18: the browser is killed in the review", server, async () => {
  const folder = await mkdtemp(join(tmpdir(), "msi-e2e-profile-"));
  const opened = [];
  const open = async () => {
    const driver = await withProfile(folder, { origin: server.origin });
    opened.push(driver);
    return new App(driver, wordsOf("en"), server);
  };
  const file = two("killed");
  try {
    const before = await open();
    await before.admit();
    await before.inviteCsv.open();
    await correctIn(before, file);
    await before.inviteCsv.draft.seeKept('"reached":"review"', file.right);
    await before.driver.kill();

    const after = await open();
    await after.admit();
    await after.inviteCsv.open();
    await after.inviteCsv.draft.arrive("killed.csv");
    await after.inviteCsv.draft.chooseAgain("killed.csv", file.path);
    await after.inviteCsv.review.arrive();
    await after.inviteCsv.review.seeGoingOnWith(2);
    assert.deepEqual(after.driver.troubles, []);
  } finally {
    for (const driver of opened) await driver.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

walk(
  "a18: a browser that is slow to open its database stores the draft from then on",
  server,
  { storage: "late" },
  async (app) => {
    const { draft, review } = app.inviteCsv;
    const file = two("late");
    await app.admit();
    await app.inviteCsv.open();
    await correctIn(app, file);
    await app.frame.seeSaid(app.say("draft.not_stored"));
    await app.driver.onPage(() => window.letDatabasesOpen());
    await review.edit("bo@late.example", "by@late.example");
    await draft.seeKept("by@late.example");
    await app.driver.reload();
    await draft.arrive("late.csv");
  },
);

walk(
  "a18 u5: the rows that are not ready stay open while the others are invited, in this visit and in the next, unless nobody wants them; their file is not taken for the next one",
  server,
  {},
  async (app) => {
    const { draft, file: choice, invite, mapping, review, sending } = app.inviteCsv;
    const file = fileOf("rest.csv", "Email,First name\nnobody,Ana\nbo@rest.example,Bo\ncy@rest.example,Cy\nno-one,Di\n");
    await app.admit();
    await app.inviteCsv.open();
    await app.inviteCsv.map(file);
    await mapping.next();
    await review.arrive();
    await review.edit("nobody", "ana@rest.example");
    await review.seeGoingOnWith(3);
    await review.next();
    await invite.arrive();
    await invite.invite(3);
    await sending.seeAccepted(3);
    await sending.goOnWithRest(1);
    await review.arrive();
    assert.deepEqual(await review.counts(), { invited: 3, error: 1 });
    await review.seeInRow(2, "ana@rest.example");
    // The browser gave no handle of the file, but there is a copy.
    await app.driver.reload();
    await review.arrive();
    assert.deepEqual(await review.counts(), { invited: 3, error: 1 });
    await review.edit("no-one", "di@rest.example");
    await review.seeGoingOnWith(1);
    await review.next();
    await invite.arrive();
    await invite.invite(1);
    await sending.seeAccepted(1);
    await draft.seeForgotten("ana@rest.example", "no-one");

    await sending.another();
    await app.inviteCsv.map(fileOf("gone.csv", "Email,First name\nnobody,Ana\nbo@gone.example,Bo\nBO@gone.example,Bo\n"));
    await mapping.next();
    await review.arrive();
    await draft.seeKept("gone.csv");
    await review.next();
    await invite.arrive();
    await invite.seeNotInvited(2, { error: 1, duplicate: 1 });
    await invite.seeKept(1);
    await invite.keepNothingOpen();
    await invite.invite(1);
    await sending.seeAccepted(1);
    await draft.seeForgotten("gone.csv");

    const next = fileOf("next.csv", "Email,First name\nana@next.example,Ana\n");
    await sending.another();
    await app.inviteCsv.map(fileOf("before.csv", "Email,First name\nnobody,Ana\nbo@before.example,Bo\n"));
    await mapping.next();
    await review.arrive();
    await review.next();
    await invite.arrive();
    await invite.invite(1);
    await sending.seeAccepted(1);
    await sending.another();
    await draft.arrive("before.csv");
    await choice.choose(next);
    await choice.arriveChosen();
    await draft.seeKept("next.csv");
    await app.driver.reload();
    await draft.arrive("next.csv");
    await app.driver.see({ text: app.say("draft.unreachable") });
    await draft.chooseAgain("next.csv", next);
    await choice.arriveChosen();
  },
);

const NARROW = { forcedColors: true, width: 360 };
walk(
  "a18 u1: another file than the draft's is asked about, in every look, and a draft can be discarded",
  server,
  { locale: "de" },
  async (app) => {
    const { draft, file } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await correctIn(app, two("two"));
    await draft.seeKept(two("two").right);
    await app.driver.reload();
    await draft.arrive("two.csv");
    const other = fileOf("other-people-of-the-whole-northern-region.csv", "Email\none@other.example\n");
    const name = basename(other);
    await draft.chooseAgain("two.csv", other);
    for (const look of [{ dark: true }, { width: 360 }, NARROW, {}]) {
      await app.driver.adapt(look);
      await draft.seeOtherFile(name, "two.csv");
    }
    // The file itself is still accepted; so is it beside the card.
    await file.choose(two("two", "renamed.csv").path);
    await app.inviteCsv.review.arrive();
    await app.inviteCsv.review.seeGoingOnWith(2);

    await draft.seeKept("renamed.csv");
    await app.driver.reload();
    await draft.arrive("renamed.csv");
    await file.choose(other);
    await draft.seeOtherFile(name, "renamed.csv");
    await draft.takeOther(name);
    await file.arriveChosen();
    await draft.seeKept(name);
    await draft.seeForgotten(two("two").right);

    await app.driver.reload();
    await draft.arrive(name);
    await app.driver.adapt({ dark: true });
    await draft.discard(name);
    await app.driver.reload();
    await draft.seeNone(name);
  },
);

walk(
  "a18: what is cancelled before it is stored for sending leads back to its review, with all corrections",
  server,
  {},
  async (app) => {
    const { draft, invite, review, sending } = app.inviteCsv;
    const file = two("undone");
    await app.admit();
    await app.inviteCsv.open();
    await correctIn(app, file);
    const letSendingsBegin = await sending.holdBack();
    await review.next();
    await invite.arrive();
    await invite.invite(2);
    await sending.seePreparing();
    await sending.beginToCancel();
    await letSendingsBegin();
    await app.driver.see({ text: app.say("sending.cancelled") });
    // It leads back also after the screen was left.
    await app.frame.goByRail("nav.user_management");
    await app.users.arrive();
    await app.users.act("users.invite_users_via_csv");
    await sending.backToReview();
    await review.arrive();
    await review.seeInRow(2, file.right);
    await review.seeGoingOnWith(2);
    await draft.seeKept('"reached":"review"', file.right);
    await review.next();
    await invite.arrive();
    await invite.invite(2);
    await sending.seeAccepted(2);
    await draft.seeForgotten(file.right);
    await sending.another();
    await draft.seeNone(file.name);
  },
);

walk(
  "a18: another file, or another way to read the open one, replaces corrected rows only after a question, and the same file keeps them",
  server,
  {},
  async (app) => {
    const { file, mapping, review } = app.inviteCsv;
    const backToFile = async () => {
      await review.back();
      await mapping.arrive();
      await mapping.back();
      await file.arriveChosen();
    };
    const toReview = async () => {
      await file.next();
      await mapping.arrive();
      await mapping.next();
      await review.arrive();
    };
    await app.admit();
    await app.inviteCsv.open();
    await correctIn(app, two("kept"));
    await backToFile();
    const { encoding } = await file.reading();
    await file.readAs("invite_csv.encoding", "KOI8-U");
    await file.keepCorrections("kept.csv", 1);
    await file.seeReadAs("invite_csv.encoding", encoding);
    await file.chooseAnother(two("lost").path);
    await file.keepCorrections("kept.csv", 1);
    // Nobody is asked about the same rows.
    await file.chooseAnother(two("kept", "again.csv").path);
    await file.seeChosen("again.csv");
    await toReview();
    await review.seeInRow(2, two("kept").right);
    await review.seeGoingOnWith(2);
    await backToFile();
    await file.readAs("invite_csv.encoding", "KOI8-U");
    await file.loseCorrections("again.csv", 1);
    await file.seeEncodingNote("KOI8-U");
    await toReview();
    await review.seeGoingOnWith(1);

    await backToFile();
    const open = fileOf("open.csv", 'Email,First name\nnobody,Ana\nbo@open.example,"Bo\ncy@open.example,Cy\n');
    await file.chooseAnother(open);
    await file.seeChosen("open.csv");
    await toReview();
    await review.edit("nobody", "somebody@open.example");
    await review.readQuotesAsText();
    await file.keepCorrections("open.csv", 1);
    await review.seeInRow(2, "somebody@open.example");
    await review.readQuotesAsText();
    await file.loseCorrections("open.csv", 1);
    await file.arriveChosen();
    await toReview();
    await review.seeInRow(2, "nobody");
  },
);

walk("s12: Back and Forward move between the steps, and from what is sent out of the flow", server, {}, async (app) => {
  const { driver } = app;
  const { draft, file, mapping, review, invite, sending } = app.inviteCsv;
  await app.enter();
  await app.users.act("users.invite_users_via_csv");
  await file.arrive();
  await correctIn(app, two("steps"));
  await driver.seePath(`${CSV}?step=review`);
  await review.next();
  await invite.arrive();
  // The question is over the review: Back closes it.
  await driver.seePath(`${CSV}?step=review`);
  for (const [step, arrive] of /** @type {[string, () => Promise<void>][]} */ ([
    ["?step=review", () => review.arrive()],
    ["?step=mapping", () => mapping.arrive()],
    ["", () => file.arriveChosen()],
  ])) {
    await driver.back();
    await arrive();
    await driver.seePath(`${CSV}${step}`);
  }
  await driver.forward();
  await mapping.arrive();
  await driver.forward();
  await review.arrive();
  await review.seeGoingOnWith(2);
  // Back by the page's own button, and forward by the browser's.
  await review.back();
  await mapping.arrive();
  await driver.seePath(`${CSV}?step=mapping`);
  await driver.forward();
  await review.arrive();
  await review.next();
  await invite.arrive();
  await invite.invite(2);
  await sending.seeAccepted(2);
  await driver.seePath(`${CSV}?step=sent`);
  await draft.seeForgotten("somebody@steps.example", "reached");
  await driver.back();
  await app.users.arrive();
  await driver.forward();
  await sending.seeAccepted(2);
  await driver.seePath(`${CSV}?step=sent`);
  await sending.another();
  await draft.seeNone("steps.csv");
  await driver.seePath(CSV);

  for (const step of drawn(["review", "invite", "sent", "elsewhere"])) {
    await driver.goto(`${CSV}?step=${step}`);
    await draft.seeNone("steps.csv");
    await driver.seePath(CSV);
  }
});

walk("a18: a file of members has a draft of its own, and no screen shows the draft of another", server, {}, async (app) => {
  const { updateUsers, inviteCsv } = app;
  const { mapping, review } = inviteCsv;
  await app.admit();
  await inviteCsv.open();
  await correctIn(app, two("newcomers"));
  await inviteCsv.draft.seeKept(two("newcomers").right);
  // Straight on to the other screen; nothing of the last moment is lost.
  const members = fileOf("members.csv", "Email,Name\nana@example.com,Ana\nbad,Bo\n");
  await app.frame.goByRail("nav.user_management");
  await app.users.arrive();
  await app.users.act("users.update_users_via_csv");
  await updateUsers.arrive();
  await inviteCsv.draft.seeNone("newcomers.csv");
  await inviteCsv.map(members);
  await updateUsers.chooseForAll("field.role", app.say("role.admin"));
  await mapping.next();
  await updateUsers.arriveAtReview();
  await review.edit("bad", "bo@example.com");
  await updateUsers.seeToBeCompared(2);
  await updateUsers.draft.seeKept("members.csv", '"reached":"review"', "bo@example.com", '["role","admin"]');
  await app.driver.reload();

  await updateUsers.draft.arrive("members.csv");
  await updateUsers.draft.seeCorrections("members.csv", 1);
  await updateUsers.draft.chooseAgain("members.csv", members);
  await updateUsers.arriveAtReview();
  await updateUsers.seeToBeCompared(2);
  await review.back();
  await mapping.arrive();
  await app.driver.seeValue(app.say("field.role"), app.say("role.admin"));
  await inviteCsv.open();
  await inviteCsv.draft.arrive("newcomers.csv");
  await inviteCsv.draft.seeCorrections("newcomers.csv", 1);

  // Another action belongs to the draft; and once the rows are compared, nothing is left to continue.
  await updateUsers.open();
  await updateUsers.draft.discard("members.csv");
  await updateUsers.choose("deactivate");
  await updateUsers.review(members);
  await updateUsers.draft.seeKept('"action":"deactivate"', '"reached":"review"');
  await app.driver.reload();
  await updateUsers.draft.arrive("members.csv");
  await updateUsers.draft.chooseAgain("members.csv", members);
  await updateUsers.arriveAtReview();
  await updateUsers.compare();
  await updateUsers.draft.seeForgotten("members.csv");
  await updateUsers.open();
  await updateUsers.draft.seeNone("members.csv");
});

walk(
  "a18 o9: a file that is only checked has a draft of its own, with the rules; the browser is asked once to keep drafts, and signing out asks about them, and leaves nothing",
  server,
  {},
  async (app) => {
    const { inviteCsv, validate } = app;
    const { review } = inviteCsv;
    await app.admit();
    await inviteCsv.open();
    await app.driver.onPage(() => {
      globalThis.timesAsked = 0;
      const ask = StorageManager.prototype.persist;
      StorageManager.prototype.persist = function () {
        globalThis.timesAsked += 1;
        return ask.call(this);
      };
    });
    const timesAsked = () => app.driver.onPage(() => globalThis.timesAsked);
    assert.equal(await timesAsked(), 0);
    await correctIn(app, two("newcomers"));
    await inviteCsv.draft.seeKept(two("newcomers").right);
    assert.equal(await timesAsked(), 1);
    // My Profile says how much is stored.
    await app.profile.open();
    await app.profile.seeStored();
    await app.frame.openSettings("nav.validate");
    await validate.arrive();
    await validate.draft.seeNone("newcomers.csv");
    await validate.rules.edit();
    await validate.rules.set("teams", "Only This");
    const checked = fileOf("checked.csv", "Email,Team\nwrong,Only This\nbo@checked.example,Only This\n");
    await validate.check(checked);
    await review.edit("wrong", "right@checked.example");
    await validate.draft.seeKept("checked.csv", "right@checked.example", "Only This");
    await app.driver.reload();
    await validate.arrive();
    await validate.draft.seeNone("checked.csv");
    await app.driver.goto("/settings/admin/users");
    await app.users.arrive();
    await app.frame.openSettings("nav.validate");
    await validate.draft.arrive("checked.csv");
    await validate.draft.chooseAgain("checked.csv", checked);
    await validate.arriveAtReview();
    await review.seeInRow(2, "right@checked.example");
    assert.deepEqual(await review.counts(), { ready: 2 });
    await app.driver.goto("/settings/admin/users");
    await app.users.arrive();
    const both = new Intl.ListFormat("en").format(["newcomers.csv", "checked.csv"]);
    await app.frame.signOut(ADMIN);
    await app.frame.seeDraftAskedAbout(both);
    await app.frame.staySignedIn();
    await app.frame.signOut(ADMIN);
    await app.frame.seeDraftAskedAbout(both);
    await app.frame.discardAndSignOut();
    await inviteCsv.draft.seeForgotten("newcomers.csv", "checked.csv", "Only This");
    await app.signIn.byPassword(ADMIN, PASSWORD);
    await app.setupGuide.arrive();
    await inviteCsv.open();
    await inviteCsv.draft.seeNone("newcomers.csv");
  },
);

walk("a18: of two tabs the one that wrote last has the draft, and sending takes only the own one", server, {}, async (app) => {
  await app.admit();
  await app.inviteCsv.open();
  await correctIn(app, two("first"));
  await app.inviteCsv.draft.seeKept("first.csv");
  const other = await app.tab();
  await other.inviteCsv.open();
  await other.inviteCsv.draft.arrive("first.csv");
  await other.inviteCsv.draft.discard("first.csv");
  await other.inviteCsv.map(fileOf("second.csv", "Email\none@second.example\n"));
  await other.inviteCsv.draft.seeKept("second.csv", '"reached":"mapping"');
  const { invite, review, sending } = app.inviteCsv;
  await review.next();
  // A notice, which goes by itself.
  await app.driver.see({ text: app.say("draft.other_tab") });
  await invite.arrive();
  await app.inviteCsv.draft.seeKept("first.csv", '"reached":"review"', '"expiry":"7"');
  await other.inviteCsv.mapping.next();
  await other.inviteCsv.review.arrive();
  await other.inviteCsv.draft.seeKept("second.csv", '"reached":"review"');
  await invite.inviteWhoever();
  await sending.seeAccepted(2);
  await other.driver.reload();
  await other.inviteCsv.draft.arrive("second.csv");
});

walk(
  "a18 u1: a draft in another language, in forced colours and a narrow window",
  server,
  { ...NARROW, locale: "ko" },
  async (app) => {
    const { draft } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await correctIn(app, two("two"));
    await draft.seeKept(two("two").right);
    await app.driver.reload();
    await draft.arrive("two.csv");
    const other = "other-people-of-the-whole-northern-region.csv";
    await draft.chooseAgain("two.csv", fileOf(other, "Email\none@other.example\n"));
    await draft.seeOtherFile(other, "two.csv");
    await draft.discard("two.csv");
  },
);
