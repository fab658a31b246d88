// Every failure of the API: one message, nothing lost, and recovery as soon as the API works again.
import assert from "node:assert/strict";

import { IS_THOROUGH, drawn } from "./harness/driver.mjs";
import { fileOf } from "./harness/samples.mjs";
import { PASSWORD, until } from "./harness/server.mjs";
import { serveWith, walk } from "./harness/walk.mjs";

const CHUNKS = "/invitation-batches/{id}/chunks";

const ANA = { email: "ana@example.com", first_name: "Ana", last_name: "Ruiz" };
/** So many failures lock an address, for so long. */
const FAILURES = 5;
const LOCK_SECONDS = 15 * 60;

const BO = { email: "bo@example.com", first_name: "Bo", last_name: "Lee" };
const server = serveWith([ANA, BO], "--seats", "1000");

/** The message of each failure, by the fault that causes it. */
const MESSAGES = {
  403: ["problem.forbidden"],
  404: ["problem.not_found"],
  409: ["problem.conflict"],
  413: ["problem.payload_too_large", { limit: 1_000_000 }],
  422: ["problem.invalid_field"],
  429: ["problem.rate_limited"],
  500: ["problem.internal"],
  503: ["problem.unavailable"],
  html: ["failure.garbled"],
  truncated: ["failure.garbled"],
};
const messageOf = (app, fault) => app.say(...MESSAGES[fault]);

walk(
  "r15 u3: a list that cannot be read says why, and is there on the next try, by the keyboard too",
  server,
  {},
  async (app) => {
    await app.enter();
    // The messages of all are shown where sending stops or waits.
    for (const fault of IS_THOROUGH ? Object.keys(MESSAGES) : ["429", "html"]) {
      await app.fault("/users", fault, { method: "get" });
      await app.users.search(`nobody ${fault}`);
      await app.users.seeFailed(messageOf(app, fault));
      await app.driver.inspect(`list failed: ${fault}`);
      await app.users.retry();
      await app.users.seeNobody();
      await app.users.showEverybody();
      await app.users.arrive();
    }

    await app.fault("/users", "500", { method: "get" });
    await app.users.search("nobody at all");
    await app.users.seeFailed(messageOf(app, "500"));
    await app.fault("/users", "503", { method: "get" });
    await app.users.retry();
    await app.users.seeFailed(messageOf(app, "503"));
    await app.driver.seeFocus({ role: "button", name: app.say("common.try_again") });
    await app.driver.press("Enter");
    await app.users.seeNobody();
    await app.driver.seeFocus({ role: "heading", name: app.say("nav.user_management") });
  },
);

const LOCKED_OUT = { refused: [/^(401|429) for POST .*\/session$/] };

walk(
  "a12, u4: who is locked out sees the time left run, and hears of it only when it is over",
  server,
  LOCKED_OUT,
  async (app) => {
    const again = (time) => app.say("failure.again_in", { time });
    const seconds = (count) => again(`in ${count} seconds`);
    await app.signIn.open();
    for (let failures = 0; failures < FAILURES; failures += 1) {
      await app.signIn.byPassword(ANA.email, "not the password at all");
      await app.signIn.seeRefused(app.say("problem.wrong_credentials"));
    }
    await app.driver.stopClock();
    await app.signIn.submit();
    await app.signIn.seeRefused(app.say("problem.locked_out"));
    await app.signIn.seeRefused(again("in 15 minutes"));
    await app.driver.skipTime((LOCK_SECONDS - 60) * 1_000);
    await app.signIn.seeRefused("seconds");
    const left = Number((await app.signIn.refusal()).match(/(\d+) seconds/)[1]);
    await app.driver.passTime(1_000);
    await app.signIn.seeRefused(seconds(left - 1));
    await app.signIn.seeWaitUnspoken(seconds(left - 1));
    await app.driver.skipTime(60_000);
    await app.signIn.seeRefused(app.say("failure.again_now"));
    await app.driver.passTime(100);
    await app.driver.see({ text: app.say("failure.again_now"), within: { role: "status" } });
    await server.pass(LOCK_SECONDS);
    await app.driver.startClock();
    await app.signIn.byPassword(ANA.email, PASSWORD);
    await app.profile.arrive();
  },
);

walk(
  "r15: an action that fails says why in its dialog, and a role that cannot be changed goes back to what it was",
  server,
  {},
  async (app) => {
    await app.enter();
    for (const fault of drawn(["409", "403", "429", "500", "html"])) {
      await app.fault("/users/{id}/deactivate", fault);
      await app.users.actOn("ana@example.com", "users.deactivate");
      await app.users.seeQuestion(app.say("users.deactivate_title", { name: "Ana Ruiz" }));
      await app.users.confirm("users.deactivate");
      await app.users.seeRefusal(messageOf(app, fault));
      await app.users.confirm("users.deactivate");
      await app.users.seeStatus("ana@example.com", "status.deactivated");
      await app.users.actOn("ana@example.com", "users.reactivate");
      await app.users.seeStatus("ana@example.com", "status.active");
    }

    // Granting is confirmed in a dialog, which shows the failure and can be confirmed again.
    await app.fault("/users/{id}", "500", { method: "patch" });
    await app.users.chooseRole("Ana Ruiz", "role.admin");
    await app.users.seeQuestion(app.say("users.grant_title", { name: "Ana Ruiz" }));
    await app.users.confirm("users.grant");
    await app.users.seeRefusal(messageOf(app, "500"));
    await app.users.seeRole("Ana Ruiz", "role.user");
    await app.users.confirmGrant("Ana Ruiz");
    await app.frame.seeSaid(app.say("users.role_done", { name: "Ana Ruiz", role: app.say("role.admin") }));

    await app.fault("/users/{id}", "500", { method: "patch" });
    await app.users.changeRole("Ana Ruiz", "role.user");
    await app.frame.seeSaid(messageOf(app, "500"));
    await app.users.seeRole("Ana Ruiz", "role.admin");
    await app.driver.inspect("failure notice");
    await app.users.changeRole("Ana Ruiz", "role.user");
    await app.frame.seeSaid(app.say("users.role_done", { name: "Ana Ruiz", role: app.say("role.user") }));
  },
);

walk(
  "a10: an expired session is renewed in a dialog, and what was asked for goes on, also under another dialog",
  server,
  { refused: [/^401 for POST .*\/session$/] },
  async (app) => {
    await app.enter();
    await app.fault("/users", "401", { method: "get" });
    await app.users.search("ana");
    await app.frame.seeSignInAgain();
    await app.frame.signInAgain("not the password at all", { expected: "refused" });
    await app.frame.seeSaid(app.say("problem.wrong_credentials"));
    await app.frame.signInAgain(PASSWORD);
    await app.users.seeTotal(1);

    await app.teams.open();
    await app.fault("/teams", "401", { method: "post" });
    await app.teams.create("Night Shift");
    await app.frame.seeSignInAgain();
    await app.driver.inspect("sign in again over a dialog");
    await app.frame.signInAgain(PASSWORD);
    await app.frame.seeSaid(app.say("teams.created", { team: "Night Shift" }));
  },
);

/** A file of three people, who are invited in no other walk. */
function threeOf(domain) {
  const rows = ["one", "two", "three"].map((name) => `${name}@${domain}`);
  return fileOf(`${domain}.csv`, `Email\n${rows.join("\n")}\n`);
}

/** Fills in an empty form up to the button that invites them. */
async function readyToInvite(app, domain) {
  await app.inviteCsv.open();
  await app.inviteCsv.prepare(threeOf(domain));
}

async function seeThreeInvited(domain) {
  const admin = await server.admin();
  assert.equal((await admin.users({ search: domain })).length, 3);
  await server.mailsOnceThere(domain, 3);
  assert.equal((await server.mails(domain)).length, 3, "nobody got two mails");
}

walk(
  "r1 r5 r6: sending waits at what may pass and without a network, and goes on by itself; it stops at a refusal, and at an expired session; a lost answer repeats nothing",
  server,
  {},
  async (app) => {
    const { invite, sending } = app.inviteCsv;
    await app.admit();
    await readyToInvite(app, "stop.example");
    // Those that name a time to wait come last: without one, each wait in a row is longer.
    const [passing, ...others] = ["html", "500", "truncated", "429", "503"];
    await app.fault(CHUNKS, passing, { times: 1_000_000 });
    await invite.invite(3);
    await sending.seeWaiting(messageOf(app, passing));
    for (const fault of others) {
      await app.fault(CHUNKS, fault, { times: 1_000_000 });
      await sending.seeWaiting(messageOf(app, fault));
    }

    await app.driver.offline(true);
    await app.frame.seeOffline();
    await sending.tryNow();
    await sending.seeWaiting(app.say("failure.offline"));
    await app.driver.offline(false);
    await app.frame.seeOnline();
    // It goes on at once, up to the server, which still refuses.
    await sending.seeWaiting(messageOf(app, "503"));

    for (const fault of ["403", "404", "409", "413", "422"]) {
      await app.fault(CHUNKS, fault, { times: 1_000_000 });
      await sending.tryNow();
      await sending.seeStopped(messageOf(app, fault));
    }

    // Last, as the next session has none of the faults.
    await app.fault(CHUNKS, "401");
    await sending.tryNow();
    await app.frame.seeSignInAgain();
    await app.frame.signInAgain(PASSWORD);
    await sending.seeAccepted(3);
    await seeThreeInvited("stop.example");

    await sending.another();
    await app.inviteCsv.prepare(threeOf("lost.example"));
    for (const route of ["/invitation-batches", CHUNKS, "/invitation-batches/{id}/seal"]) {
      await app.fault(route, "lost_answer", { method: "post" });
    }
    await invite.invite(3);
    await sending.seeAccepted(3);
    await seeThreeInvited("lost.example");
  },
);

walk(
  "o2 r15: a file is checked without the network, and what the account could not be asked about is asked again",
  server,
  {},
  async (app) => {
    await app.admit();
    await app.inviteCsv.open();
    // One file while online: the Worker then runs, and needs no network for the next file.
    await app.inviteCsv.file.choose(fileOf("online.csv", "Email\nana@example.org\n"));
    await app.inviteCsv.file.arriveChosen();
    await app.driver.offline(true);
    await app.inviteCsv.file.chooseAnother(fileOf("offline.csv", "Email\nana@example.org\nbo@@example.org\n"));
    await app.inviteCsv.file.seePreviewed("bo@@example.org");
    await app.inviteCsv.file.next();
    await app.inviteCsv.mapping.arrive();
    await app.inviteCsv.mapping.next();
    await app.inviteCsv.review.arriveUnasked("people", "seats", "names");
    assert.deepEqual(await app.inviteCsv.review.counts(), { ready: 1, error: 1 });

    await app.driver.offline(false);
    await app.frame.seeOnline();
    await app.inviteCsv.open();
    const refuse = (times) => app.fault("/account/address-keys", "503", { method: "get", times });
    // Before the check ahead asks for them.
    await refuse(1_000_000);
    await app.inviteCsv.map(fileOf("again.csv", "Email,First name\nMarketo.Admin@example.com,Ana\nbo@@example.org,Bo\n"));
    await app.inviteCsv.mapping.next();
    await app.inviteCsv.review.arriveUnasked("people");
    await app.inviteCsv.review.edit("bo@@example.org", "bo@example.org");
    await app.inviteCsv.review.seeGoingOnWith(2);
    await app.inviteCsv.review.askAgain();
    await app.driver.see({ text: app.say("unknown.still") });
    await refuse(0);
    await app.inviteCsv.review.askAgain();
    await app.inviteCsv.review.arrive();
    assert.deepEqual(await app.inviteCsv.review.counts(), { ready: 1, member: 1 }, "and no change is lost");
  },
);

walk("r15: no answer in time is said in a list, and a sending goes on", server, {}, async (app, another) => {
  const sender = await another();
  await app.enter();
  await sender.admit();
  await readyToInvite(sender, "late.example");
  for (const [one, act, route, method] of [
    [app, () => app.users.search("ana"), "/users", "get"],
    [sender, () => sender.inviteCsv.invite.invite(3), CHUNKS, "post"],
  ]) {
    await one.fault(route, "timeout", { method });
    const { requests } = one.driver.listen();
    await one.driver.ownClock();
    await act();
    const asked = route.slice(route.lastIndexOf("/"));
    await until(
      () => requests.some(({ url }) => new URL(url).pathname.endsWith(asked)),
      () => `a request to ${asked}`,
    );
    // The app's own time limit for an answer.
    await one.driver.skipTime(30_000, { unanswered: true });
    // A slow server may not have seen the request before it was given up: the next one would stay without an answer.
    await one.fault(route, "timeout", { method, times: 0 });
  }
  await app.users.seeFailed(app.say("failure.timed_out"));
  await app.users.retry();
  await app.users.seeTotal(1);
  await sender.inviteCsv.sending.seeAccepted(3);
  await seeThreeInvited("late.example");
});

const BAD_ANSWERS = [/^(500|503) for GET .*\/session$/, /GET .*\/session broke off/];
walk(
  "r15: one bad answer about the session is asked for again, and without a server there is a page that says so",
  server,
  { refused: BAD_ANSWERS },
  async (app) => {
    await app.enter();
    const faults = ["html", "lost_answer", "truncated", "500", "503"];
    for (const fault of IS_THOROUGH ? faults : faults.slice(0, 2)) {
      await app.fault("/session", fault, { method: "get" });
      await app.driver.reload();
      await app.users.arrive();
      assert.equal(await app.driver.has({ role: "alert" }), false, fault);
    }
    // A page that is just loading may ask twice.
    await app.fault("/session", "500", { method: "get", times: 1_000_000 });
    await app.driver.reload();
    await app.frame.seeSaid(messageOf(app, "500"));
    await app.driver.inspect("no server");
    await app.fault("/session", "500", { method: "get", times: 0 });
    await app.users.retry();
    await app.users.arrive();
  },
);
