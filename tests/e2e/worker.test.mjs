// The Worker in the browser: cancelling, and recovery when it dies.
import assert from "node:assert/strict";

import { fileOf } from "./harness/samples.mjs";
import { until } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve();

/** Uses up the Worker's memory: its next allocation fails, as in a tab that is out of memory. */
async function exhaustMemory(app) {
  await app.driver.inWorker(async () => {
    const wasm = await (await import(new URL("csv_worker.js", self.location.href).href)).default();
    for (let pages = 32_768; pages >= 1; pages = Math.floor(pages / 2)) {
      try {
        while (wasm.memory.grow(pages) >= 0);
      } catch {
        // Fewer at once.
      }
    }
  });
}

/** More than is checked ahead, while the mapping is looked at. */
const MANY = 200_000;

/** People of one domain, enough that checking them needs more memory than reading the file's head. */
function crowd(count, domain) {
  const rows = Array.from({ length: count }, (_, index) => `person${index}@${domain},Person,Number ${index}`);
  return fileOf(`${domain}.csv`, `Email,First name,Last name\n${rows.join("\n")}\n`);
}

/** Maps a large file, and waits until the Workers that share it have joined; returns how many there are. */
async function mapShared(app, path) {
  await app.driver.inWorker(() => {
    self.joined = 0;
    self.addEventListener("message", ({ data }) => (self.joined += data.port ? 1 : 0));
  });
  await app.inviteCsv.map(path);
  const all = Math.min(await app.driver.onPage(() => navigator.hardwareConcurrency), 4);
  await until(
    () => app.driver.inWorker((others) => self.joined === others, all - 1),
    () => `${all - 1} Workers to join`,
  );
  return all;
}

walk(
  "s12: a Worker that runs out of memory in the middle of a check says so, and another one goes on",
  server,
  {},
  async (app) => {
    const file = crowd(MANY, "crowd.example");
    await app.admit();
    await app.inviteCsv.open();
    await mapShared(app, file);
    await exhaustMemory(app);
    await app.inviteCsv.mapping.next();
    await app.driver.see({ text: app.say("invite_csv.worker_died"), within: { role: "alert" } });
    await app.driver.inspect("csv: the Worker died");
    await app.inviteCsv.mapping.back();
    await app.inviteCsv.file.chooseAnother(file);
    await app.inviteCsv.file.arriveChosen();
    await app.inviteCsv.file.next();
    await app.inviteCsv.mapping.arrive();
    await app.inviteCsv.mapping.next();
    await app.driver.see({ role: "gridcell", name: "person0@crowd.example" });
  },
);

/**
 * Has the Worker wait for what comes after the first bytes of a large file, until a job is cancelled: it is one byte then. Counts
 * how often it has begun to wait, and how often it reads no further.
 */
async function holdLargeFiles(app) {
  await app.driver.inWorker(() => {
    const { stream } = Blob.prototype;
    self.held = 0;
    self.givenUp = 0;
    // While a file is read, the page says nothing else.
    const cancelled = () => new Promise((resolve) => self.addEventListener("message", resolve, { once: true }));
    Blob.prototype.stream = function () {
      const whole = stream.call(this);
      if (this.size < 100_000) return whole;
      const reader = whole.getReader();
      const released = cancelled();
      let pulls = 0;
      return new ReadableStream({
        async pull(out) {
          pulls += 1;
          if (pulls === 1) return out.enqueue((await reader.read()).value);
          if (pulls === 2) self.held += 1;
          await released;
          if (pulls > 2) return new Promise(() => {});
          return out.enqueue(new Uint8Array([10]));
        },
        cancel: () => {
          self.givenUp += 1;
          return reader.cancel();
        },
      });
    };
  });
}

walk(
  "s12: peers: large files freeze and cannot be cancelled: a check is cancelled while it runs, and another file is checked",
  server,
  {},
  async (app) => {
    const { file, mapping, checking, review } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await mapShared(app, crowd(MANY, "crowd.example"));
    await holdLargeFiles(app);
    const cancelInTheMiddle = async (count) => {
      await mapping.next();
      await checking.arrive();
      await until(
        () => app.driver.inWorker((count) => self.held === count, count),
        () => "the Worker to be in the middle of the file",
      );
      await checking.cancel();
      await mapping.arrive();
      await until(
        () => app.driver.inWorker((count) => self.givenUp === count, count),
        () => "the Worker to read no further",
      );
    };
    await cancelInTheMiddle(1);
    await mapping.map("Last name", "invite_csv.ignore");
    await cancelInTheMiddle(2);
    await mapping.back();
    await file.chooseAnother(fileOf("few.csv", "Email,First name\na@few.example,Ana\nb@few.example,Bo\n"));
    await file.seePreviewed("a@few.example");
    await file.next();
    await mapping.arrive();
    await mapping.next();
    await review.arrive();
    await review.seeInRow(3, "b@few.example");
    assert.deepEqual(await review.counts(), { ready: 2 });
  },
);

walk("p1: a large file is read by several Workers, with the verdicts of one", server, {}, async (app) => {
  const { mapping, review } = app.inviteCsv;
  const people = 130_000;
  const verdictOf = (index) => (index % 10_000 === 7 ? "error" : index % 9_000 === 8_990 ? "duplicate" : "ready");
  const addressOf = (index) =>
    ({ error: "nobody", duplicate: "person3@example.com", ready: `person${index}@example.com` })[verdictOf(index)];
  const rows = Array.from(
    { length: people },
    (_, index) => `${addressOf(index)},"Person\nof the crowd",Number ${index} of very many`,
  );
  await app.admit();
  await app.inviteCsv.open();
  const enough = await mapShared(app, fileOf("large.csv", `Email,First name,Last name\n${rows.join("\n")}\n`));
  const watched = () =>
    app.driver.inEachWorker(() => {
      const { stream } = Blob.prototype;
      self.reads = 0;
      Blob.prototype.stream = function () {
        self.reads += 1;
        return stream.call(this);
      };
    });
  await watched();
  await mapping.next();
  await review.arrive();
  assert.deepEqual(await app.driver.inEachWorker(() => self.reads), Array(enough).fill(1));
  const { error, duplicate } = await review.counts();
  const wrong = rows.flatMap((_, index) =>
    verdictOf(index) === "ready" ? [] : [`${index + 2},${app.say(`verdict.${verdictOf(index)}`)}`],
  );
  assert.equal(error + duplicate, wrong.length);
  const problems = (await review.problemRows()).bytes.toString("utf8");
  const verdicts = ["error", "duplicate"].map((name) => app.say(`verdict.${name}`)).join("|");
  assert.deepEqual(problems.match(new RegExp(`^\\d+,(${verdicts})(?=,)`, "gm")), wrong);
});

/** Keeps the Worker from answering until released. */
async function holdUp(app) {
  await app.driver.inWorker(() => {
    const listen = self.onmessage;
    const waiting = [];
    self.onmessage = (event) => waiting.push(event);
    self.isAsked = () => waiting.length > 0;
    self.letGo = () => {
      self.onmessage = listen;
      waiting.forEach((event) => listen.call(self, event));
    };
  });
  return () => app.driver.inWorker(() => self.letGo());
}

walk("u5: a search that a change has ended is made again, and finds what the box says", server, {}, async (app) => {
  const { mapping, review } = app.inviteCsv;
  await app.admit();
  await app.inviteCsv.open();
  await app.inviteCsv.map(fileOf("few.csv", "Email,First name\na@few.example,Ana\nb@few.example,Bo\nc@few.example,Cy\n"));
  await mapping.next();
  await review.arrive();
  const letGo = await holdUp(app);
  await review.search("ana");
  await until(
    () => app.driver.inWorker(() => self.isAsked()),
    () => "the Worker to be asked for the search",
  );
  await review.change("Cy", "Cyd");
  await app.driver.see({ text: app.say("invite_csv.still_checking") });
  await letGo();
  await review.seeNoCell("b@few.example");
  await review.seeInRow(2, "Ana");
});

walk(
  "s12 u5: nothing goes on while verdicts are to come, and a Worker that dies is replaced without losing a change",
  server,
  {},
  async (app) => {
    const { driver, say } = app;
    const { review, invite } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("few.csv", "Email,First name\na@few.example,Ana\nbad,Bo\nc@few.example,Cy\n"));
    await app.inviteCsv.mapping.next();
    await review.arrive();
    const letGo = await holdUp(app);
    await review.change("bad", "b@few.example");
    await driver.see({ text: say("invite_csv.still_checking") });
    await letGo();
    await driver.gone({ text: say("invite_csv.still_checking") });
    await review.seeGoingOnWith(3);

    await driver.endWorker(
      () =>
        void setTimeout(() => {
          throw new Error("on purpose");
        }),
    );
    await driver.see({ text: say("invite_csv.restarted") });
    await review.arrive();
    await driver.see({ role: "gridcell", name: "b@few.example" });
    await review.seeGoingOnWith(3);
    await review.edit("Cy", "Cyd");
    await review.seeGoingOnWith(3);
    await review.next();
    await invite.arrive();
    driver.forgetTroubles(/on purpose/);
  },
);

/** Leaves the file that is open for one of the other kind, or returns to it. */
async function goTo(app, action) {
  await app.frame.goByRail("nav.user_management");
  await app.users.arrive();
  await app.users.act(action);
}

walk(
  "a18: a Worker that dies before all rows are stored for sending costs no correction, also where another file was opened since",
  server,
  {},
  async (app) => {
    const { driver } = app;
    const { mapping, invite, review, sending } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("dies.csv", "Email,First name\nbad,Ana\nbo@dies.example,Bo\n"));
    await mapping.next();
    await review.arrive();
    await review.edit("bad", "ana@dies.example");
    await review.seeGoingOnWith(2);
    const failToSend = async () => {
      const letSendingsBegin = await sending.holdBack();
      await review.next();
      await invite.arrive();
      await invite.invite(2);
      await sending.seePreparing();
      await driver.endWorker(
        () =>
          void setTimeout(() => {
            throw new Error("on purpose");
          }),
      );
      await letSendingsBegin();
    };
    await failToSend();
    await sending.backToReview();
    await review.arrive();
    await review.seeInRow(2, "ana@dies.example");
    await review.seeGoingOnWith(2);

    await failToSend();
    await sending.seeBackToReview();
    await goTo(app, "users.update_users_via_csv");
    await app.updateUsers.arrive();
    await goTo(app, "users.invite_users_via_csv");
    await review.arrive();
    await review.seeInRow(2, "ana@dies.example");
    await review.seeGoingOnWith(2);
    driver.forgetTroubles(/on purpose/);
  },
);

walk(
  "s12: a file that was put aside is read again before it is checked, and keeps a correction that was under way",
  server,
  {},
  async (app) => {
    const { mapping, review } = app.inviteCsv;
    await app.admit();
    await app.inviteCsv.open();
    await app.inviteCsv.map(fileOf("newcomers.csv", "Email,First name\nana@@aside.example,Ana\nbo@@aside.example,Bo\n"));
    await goTo(app, "users.update_users_via_csv");
    await app.updateUsers.arrive();
    await app.updateUsers.review(fileOf("members.csv", "Email,Role\nmember@aside.example,Admin\n"));
    const read = await holdUp(app);
    await goTo(app, "users.invite_users_via_csv");
    await mapping.arrive();
    await mapping.next();
    await read();
    await review.arrive();
    await review.seeInRow(3, "bo@@aside.example");

    const corrected = await holdUp(app);
    await review.change("ana@@aside.example", "ana@aside.example");
    // The other file is opened once the workspaces are known, and thus after the correction.
    const learn = await app.driver.hold("GET", "/api/v1/workspaces");
    await goTo(app, "users.update_users_via_csv");
    await app.driver.seeAddress(/\/update-csv/);
    await corrected();
    learn();
    await app.updateUsers.arriveAtReview();
    await goTo(app, "users.invite_users_via_csv");
    await review.arrive();
    await review.seeInRow(2, "ana@aside.example");
  },
);
