// Inviting people of the connected org.
import assert from "node:assert/strict";

import { fileOf } from "./harness/samples.mjs";
import { ADMIN, until } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve("--sandbox-speed", "200");
const ORG = "Example Corp";

/** Signs in, connects to Salesforce, and goes to the list by the menu of User Management. */
async function arrive(app) {
  await app.admit();
  await app.salesforce.connectAs(ADMIN, ORG);
  await app.users.open();
  await app.users.inviteBy("users.invite_users_from_salesforce");
  await app.inviteSalesforce.arrive();
  return app.inviteSalesforce;
}

walk(
  "u21 s12: two people are chosen over two searches, reviewed, and invited; a member is shown as one",
  server,
  {},
  async (app) => {
    const people = await arrive(app);
    await people.search(ADMIN, 1);
    await people.seeIn(ADMIN, "status.active");
    await people.pick("Marketo Admin");
    await people.search("Alex Kim", 1);
    await people.seeIn("alex.kim@corp.example", "salesforce_people.not_invited");
    await people.pick("Alex Kim");
    await people.search("O'Hara", 14);
    await people.pick("Amara O'Hara");
    await people.seeChosen(3);
    await people.review(3);

    const { review, invite, sending } = app.inviteCsv;
    await review.arrive();
    assert.deepEqual(await review.counts(), { ready: 2, member: 1 });
    await review.next();
    await invite.arrive();
    await invite.invite(2);
    await sending.seeNextSteps();
    await server.mailsOnceThere("alex.kim@corp.example");
    await server.mailsOnceThere("amara.ohara@corp.example");

    await people.open();
    await people.arrive();
    await people.seeNobodyChosen();
    await people.search("Alex Kim", 1);
    await people.seeIn("alex.kim@corp.example", "status.invited");
    await people.show("salesforce_people.not_invited");
    await people.seeGone("alex.kim@corp.example");
  },
);

walk("u21 a18: who is chosen in one tab stays when another one has chosen nobody", server, {}, async (app) => {
  const people = await arrive(app);
  const other = await app.tab();
  await other.inviteSalesforce.open();
  await other.inviteSalesforce.arrive();
  await other.inviteSalesforce.search("Alex Kim", 1);
  await people.search("O'Hara", 14);
  await people.pick("Amara O'Hara");
  await until(
    async () => /Amara/.test(await app.driver.keptInDatabases()),
    () => "the choice to be stored",
  );
  await other.driver.stopClock();
  await other.inviteSalesforce.pick("Alex Kim");
  await other.inviteSalesforce.seeChosen(1);
  await other.inviteSalesforce.pick("Alex Kim");
  await other.inviteSalesforce.seeNobodyChosen();
  // Longer than a choice rests before it is stored.
  await other.driver.passTime(5_000);
  await other.driver.startClock();
  await other.driver.drawn();
  await app.driver.reload();
  await people.arrive();
  await people.seeChosen(1);
});

walk("r5 u21: people of Salesforce are reviewed once the file before is stored for sending", server, {}, async (app) => {
  await arrive(app);
  await app.inviteCsv.open();
  await app.inviteCsv.prepare(fileOf("before.csv", "Email\none@before.example\ntwo@before.example\n"));
  const { draft, invite, review, sending } = app.inviteCsv;
  const letSendingsBegin = await sending.holdBack();
  await invite.invite(2);
  await sending.seePreparing();
  await app.frame.follow("nav.user_management");
  await app.users.inviteBy("users.invite_users_from_salesforce");
  const people = app.inviteSalesforce;
  await people.arrive();
  await people.search("O'Hara", 14);
  await people.pick("Amara O'Hara");
  await people.pressReview(1);
  await people.seeTitle();
  await sending.seePreparing();
  await letSendingsBegin();
  await people.seeReviewed();
  await review.arrive();
  assert.deepEqual(await review.counts(), { ready: 1 });
  await server.mailsOnceThere("one@before.example");
  await server.mailsOnceThere("two@before.example");
  await draft.seeForgotten("before.csv");
});

walk("u21: all who match are chosen at once, on whatever page they are", server, {}, async (app) => {
  const people = await arrive(app);
  await people.search("O'Hara", 14);
  await people.pick("Amara O'Hara");
  await people.chooseAll(14);
  await people.seeChosen(14);
  await people.review(14);
  await app.inviteCsv.review.arrive();
});

walk(
  "u21 u8: who has no address is told, and pages and filters narrow the list",
  server,
  { refused: [/^400 for GET .*\/salesforce\/people/] },
  async (app) => {
    const people = await arrive(app);
    await people.search("kiosk", 1);
    await people.seeIn("kiosk@warehouse", "salesforce_people.no_address");
    await people.search("nobody at all", 0);
    await people.seeNobody();
    await people.showEverybody();
    await people.arrive();
    const first = await people.shown();
    assert.equal(first.length, 50);
    await people.pick(first[0].name);
    // Before the choice rests. How long a page has to keep it depends on the network, which here is too fast.
    await app.driver.onPage(() => dispatchEvent(new Event("beforeunload")));
    await until(
      async () => (await app.driver.keptInDatabases()).includes(first[0].name),
      () => "the choice to be kept",
    );
    await app.driver.reload();
    await people.arrive();
    await people.seeChosen(1);
    await people.nextPage();
    await people.seeGone(first[0].email);
    await app.driver.seeAddress(/cursor=/);
    // An address that was edited: the cursor is of another list.
    await app.driver.goto(`${app.driver.path}&not_invited=true`);
    await people.arrive();
    await app.driver.seeAddress(/\?not_invited=true$/);
    assert.equal((await people.shown()).length, 50);
    await people.show("users.all");
    await people.seeChosen(1);
    await people.filterBy("salesforce_people.set", app.say("salesforce_people.with_set"));
    await people.seeNobody();
    await people.filterBy("salesforce_people.set", app.say("salesforce_people.any_set"));
    await people.filterBy("salesforce_people.profile", "System Administrator");
    await people.seeTotal(1);
    assert.deepEqual(await people.shown(), [{ name: "Marketo Admin", email: ADMIN }]);
    await people.showRows(25);
    await app.driver.seeAddress(/\?(?=.*limit=25)(?=.*profile=System)/);
  },
);

walk(
  "u21: whoever goes back from the review finds search, choice and corrections, also after a reload",
  server,
  {},
  async (app) => {
    const people = await arrive(app);
    const { review } = app.inviteCsv;
    await people.search("kiosk", 1);
    await people.pick("50% Off Kiosk");
    await people.review(1);
    await review.arrive();
    assert.deepEqual(await review.counts(), { error: 1 });
    await review.edit("kiosk@warehouse", "kiosk@warehouse.example");
    await people.goBack();
    await people.seeSearch("kiosk");
    await people.seeChosen(1);
    await people.review(1);
    await review.arrive();
    assert.deepEqual(await review.counts(), { ready: 1 });
    await app.driver.back();
    await people.arrive();
    await people.seeSearch("kiosk");
    await people.search("Alex Kim", 1);
    await people.pick("Alex Kim");
    await app.driver.onPage(() => {
      const { digest } = SubtleCrypto.prototype;
      const compared = new Promise((resolve) => (window.compare = resolve));
      SubtleCrypto.prototype.digest = async function (...content) {
        await compared;
        return digest.apply(this, content);
      };
    });
    await people.review(2);
    // Nobody invites the earlier people while it is found out whether these are the same.
    await review.seeNone();
    await app.driver.onPage(() => window.compare());
    await review.arrive();
    assert.deepEqual(await review.counts(), { ready: 1, error: 1 });

    await until(
      async () => /alex\.kim@/.test(await app.driver.keptInDatabases()),
      () => "the choice to be stored",
    );
    await app.driver.reload();
    await people.chooseAgain();
    await people.seeChosen(2);
    await people.review(2);
    await review.arrive();
    await people.goBack();
    await people.chooseNobody();
  },
);

walk("u21: addresses of a copy of an org are told, and undone at one's wish", server, {}, async (app) => {
  await app.admit();
  await app.salesforce.connectAs(ADMIN, "Example Corp (full)", { environment: "salesforce_flow.sandbox" });
  const people = app.inviteSalesforce;
  const { review, invite, sending } = app.inviteCsv;
  await people.open();
  await people.arrive();
  await people.search("Bruno Costa", 1);
  await people.pick("Bruno Costa");
  await people.seeIn("bruno.costa@corp.example.invalid", "salesforce_people.of_copy_reason");
  await people.review(1);
  await review.arrive();
  await app.driver.see({ role: "gridcell", name: "bruno.costa@corp.example.invalid" });
  await people.goBack();
  await people.undoCopy();
  await people.seeIn("bruno.costa@corp.example", "salesforce_people.not_invited");
  await people.review(1);
  await review.arrive();
  assert.deepEqual(await review.counts(), { ready: 1 });
  await review.next();
  await invite.arrive();
  await invite.invite(1);
  await sending.seeNextSteps();
  await server.mailsOnceThere("bruno.costa@corp.example");
});

walk(
  "u21: without a connection, and with one that ends, the list leads to it",
  server,
  { refused: [/\/salesforce\/(people|profiles)/] },
  async (app) => {
    const people = app.inviteSalesforce;
    await app.admit();
    await people.open();
    await people.seeNotConnected();
    await people.toConnection();
    await app.salesforce.seeNotConnected();
    await app.salesforce.connectAs(ADMIN, ORG);
    const { own } = await (await server.admin()).call("GET", "/connections/salesforce");
    const order = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ order: "fail", code: "REQUEST_LIMIT_EXCEEDED", calls: 2 }),
    };
    assert.ok((await fetch(`${new URL(own.instance_url).origin}/__sandbox`, order)).ok);
    await people.open();
    await people.seeRefused("request_limit_exceeded");
    await people.tryAgain();
    await people.arrive();
  },
);

walk("u21: people of Salesforce are reviewed beside a file, which is not lost to them", server, {}, async (app) => {
  const people = await arrive(app);
  const { draft, mapping, review } = app.inviteCsv;
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("team.csv", "Email,First name\nana@team.example,Ana\nbo at team.example,Bo\n"));
  await mapping.next();
  await review.arrive();
  await review.edit("bo at team.example", "bo@team.example");
  await people.open();
  await people.arrive();
  await people.search("Alex Kim", 1);
  await people.pick("Alex Kim");
  await people.review(1);
  await review.arrive();
  assert.deepEqual(await review.counts(), { ready: 1 });
  await people.goBack();
  await people.chooseNobody();
  await draft.seeForgotten("alex.kim@corp.example");
  await app.inviteCsv.open();
  await draft.arrive("team.csv");
});
