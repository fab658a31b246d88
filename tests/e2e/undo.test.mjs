// Undoing a batch that is too large to revoke in one step.
import assert from "node:assert/strict";

import { until } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

// Enough that the work is not finished before it is held.
const PEOPLE = 20_000;
const server = serve("--seats", String(2 * PEOPLE));

walk("r20: undoing a large batch shows how far it is, after a reload too, and when it is done", server, {}, async (app) => {
  const admin = await server.admin();
  const batch = await admin.call("POST", "/invitation-batches", {
    source: "csv",
    file_name: "many.csv",
    options: { role: "user", teams: [], workspace: null, language: "en", message: null, expires_in_days: 7 },
    expected_rows: PEOPLE,
  });
  for (let index = 0; index < PEOPLE / 1_000; index += 1) {
    const rows = Array.from({ length: 1_000 }, (_, at) => {
      const row = index * 1_000 + at + 2;
      return { row, email: `p${row}@example.com` };
    });
    await admin.call("POST", `/invitation-batches/${batch.id}/chunks`, { index, rows });
  }
  await admin.call("POST", `/invitation-batches/${batch.id}/seal`);

  await app.admit();
  await app.batch.openList();
  await app.batch.open("many.csv");
  // Once the server has begun, and before the page knows, holds all other writes until the state has been checked.
  const begun = Promise.withResolvers();
  await app.driver.alterAnswers(`/api/v1/invitation-batches/${batch.id}/revoke`, (answer) => {
    try {
      begun.resolve(server.hold());
    } catch (error) {
      begun.reject(error);
    }
    return answer;
  });
  await app.batch.act("batches.revoke_all");
  await app.batch.confirm("batches.revoke_all");
  const release = await begun.promise;
  try {
    await app.batch.seeRevoking();
    await app.driver.reload();
    await app.batch.arrive("many.csv");
    await app.batch.seeRevoking();
    await app.batch.seeObstacle("batches.revoking_now");
  } finally {
    release();
  }
  await app.batch.seeRevoked();
  const now = await admin.call("GET", `/invitation-batches/${batch.id}`);
  assert.deepEqual([now.revoked, now.revoking], [PEOPLE, undefined]);
  assert.equal((await admin.users()).length, 1, "the seats are free");
});

walk("r20: while another batch is loaded, the one before is neither shown nor acted on", server, {}, async (app) => {
  const admin = await server.admin();
  await admin.invite([{ email: "one@before.example" }], { source: "csv", file_name: "before.csv" });
  const { id } = await admin.invite([{ email: "one@after.example" }], { source: "csv", file_name: "after.csv" });
  await app.admit();
  await app.batch.openList();
  await app.batch.open("before.csv");
  await app.frame.seeBatchEnded("after.csv");
  const release = await app.driver.hold("GET", new RegExp(`/invitation-batches/${id}`));
  await app.driver.click(app.frame.endedBatch("after.csv"));
  await app.batch.seeNothingOf("before.csv");
  release();
  await app.batch.arrive("after.csv");
  await app.batch.act("batches.revoke_all");
  await app.batch.confirm("batches.revoke_all");
  const listed = async (email) => (await admin.users()).some((user) => user.email === email);
  await until(
    async () => !(await listed("one@after.example")),
    () => "the invitation to be revoked",
  );
  assert.ok(await listed("one@before.example"));
});
