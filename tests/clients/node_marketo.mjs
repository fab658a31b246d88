// The steps of node-marketo-rest: people, activities, exports, and the use of the API.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

import Marketo from "node-marketo-rest";

import { INTEGRATION, MUNCHKIN } from "./credentials.mjs";

/** Marketo's id of the person of a number of the stand-in. */
const idOf = (number) => 100_000 + number;
const FIRST = 1001;
const NEW_LEAD = 12;
const CHANGED_VALUE = 13;
const MERGED_LEADS = 32;
const LIST = 1001;

/** Has something happen to people; returns their ids. */
async function order(marketo, what, body) {
  const answer = await fetch(`${marketo}/__sandbox/${what}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  const text = await answer.text();
  if (!text) return [];
  const { first, last } = JSON.parse(text);
  return Array.from({ length: last - first + 1 }, (_, index) => idOf(first + index));
}

const isSuccess = (answer) => {
  assert.equal(answer.success, true);
  assert.match(answer.requestId, /^[0-9a-f]+#[0-9a-f]+$/);
  return answer.result;
};

export const steps = {
  "gets a token": async ({ marketo }) => {
    const client = new Marketo({
      endpoint: `${marketo}/${MUNCHKIN}/rest`,
      identity: `${marketo}/${MUNCHKIN}/identity`,
      clientId: INTEGRATION.id,
      clientSecret: INTEGRATION.secret,
      retry: { initialDelay: 50, maxDelay: 100 },
    });
    const token = await client.getOAuthToken();
    assert.equal(token.token_type, "bearer");
    assert.ok(token.access_token && token.expires_in >= 0 && token.scope);
    return { client };
  },
  "is refused a token for a wrong secret": async ({ marketo }) => {
    const identity = `${marketo}/${MUNCHKIN}/identity`;
    const client = new Marketo({ endpoint: identity, identity, clientId: INTEGRATION.id, clientSecret: "wrong" });
    await assert.rejects(Promise.resolve(client.getOAuthToken()), { error: "unauthorized" });
  },
  "lead.byId": async ({ client }) => {
    const [lead, ...others] = isSuccess(await client.lead.byId(idOf(FIRST)));
    assert.equal(others.length, 0);
    assert.equal(lead.id, idOf(FIRST));
    assert.deepEqual(Object.keys(lead).sort(), ["createdAt", "email", "firstName", "id", "lastName", "updatedAt"]);
  },
  "lead.byId with fields": async ({ client }) => {
    const [lead] = isSuccess(await client.lead.byId(idOf(FIRST), { fields: ["id", "company"] }));
    assert.deepEqual(Object.keys(lead).sort(), ["company", "id"]);
  },
  "lead.byId of nobody": async ({ client }) => {
    await assert.rejects(Promise.resolve(client.lead.byId(99)), (/** @type {any} */ thrown) => {
      assert.equal(thrown.errors?.[0]?.code, "1004");
      return true;
    });
  },
  "lead.find by id, page by page": async ({ client }) => {
    const ids = Array.from({ length: 250 }, (_, index) => idOf(FIRST + index));
    const fields = ["id", "email", "sfdcLeadId"];
    const found = [];
    let page = await client.lead.find("id", ids, { fields, batchSize: 100 });
    for (;;) {
      found.push(...isSuccess(page));
      if (!page.nextPage) break;
      page = await page.nextPage();
    }
    assert.deepEqual(
      found.map((lead) => lead.id),
      ids,
    );
    assert.ok(
      found.some((lead) => /^00Q/.test(lead.sfdcLeadId)),
      "some of them are leads of Salesforce",
    );
    const { email } = found.find((lead) => lead.email);
    return { email };
  },
  "lead.find by e-mail address": async ({ client, email }) => {
    const leads = isSuccess(await client.lead.find("email", [email], { fields: ["id", "email"] }));
    assert.ok(leads.length > 0 && leads.every((lead) => lead.email.toLowerCase() === email.toLowerCase()));
  },
  "lead.describe": async ({ client }) => {
    const fields = isSuccess(await client.lead.describe());
    const field = fields.find((each) => each.rest?.name === "email");
    assert.equal(field.dataType, "email");
    assert.equal(field.rest.readOnly, false);
    assert.ok(fields.every((each) => Number.isInteger(each.id) && each.displayName));
    assert.equal(fields.find((each) => each.rest.name === "createdAt").rest.readOnly, true);
  },
  "activities.getActivityTypes": async ({ client }) => {
    const types = isSuccess(await client.activities.getActivityTypes());
    for (const [id, name] of [
      [NEW_LEAD, "New Lead"],
      [CHANGED_VALUE, "Change Data Value"],
      [MERGED_LEADS, "Merge Leads"],
      [37, "Delete Lead"],
    ]) {
      const type = types.find((each) => each.id === id);
      assert.equal(type?.name, name);
      assert.ok(Array.isArray(type.attributes));
    }
    const changed = types.find((each) => each.id === CHANGED_VALUE);
    assert.equal(changed.primaryAttribute.name, "Attribute Name");
    assert.ok(changed.attributes.every((attribute) => attribute.name && attribute.dataType));
  },
  "lead.getPageToken, getActivities of some people and getChanges": async ({ client, marketo }) => {
    const { nextPageToken: token } = await client.lead.getPageToken(new Date(Date.now() - 60_000).toISOString());
    assert.ok(token);
    const created = await order(marketo, "people/create", { count: 3 });
    const [changed] = await order(marketo, "people/change", { n: FIRST, field: "title", value: "Director" });
    await order(marketo, "people/merge", { n: FIRST + 1, into: FIRST + 2 });
    const all = await client.lead.getActivitiesWithOptions({
      activityTypeIds: `${NEW_LEAD},${MERGED_LEADS}`,
      nextPageToken: token,
    });
    assert.deepEqual(
      isSuccess(all).map(({ leadId, activityTypeId }) => [activityTypeId, leadId]),
      [...created.map((id) => [NEW_LEAD, id]), [MERGED_LEADS, idOf(FIRST + 2)]],
    );
    assert.equal(all.moreResult, false);
    const changes = isSuccess(await client.lead.getChanges(token, { fields: ["title"] }));
    const change = changes.find((each) => each.leadId === changed);
    assert.equal(change.activityTypeId, CHANGED_VALUE);
    assert.equal(change.fields[0].newValue, "Director");
    return { token, created };
  },
  "lead.getActivities leaves out other people": async ({ client, token, created }) => {
    const one = await client.lead.getActivities([created[1]], [NEW_LEAD, MERGED_LEADS], token);
    assert.deepEqual(
      isSuccess(one).map((activity) => activity.leadId),
      [created[1]],
    );
  },
  "lead.getActivities of changed values": async ({ client, token }) => {
    const [activity, ...others] = isSuccess(await client.lead.getActivities([idOf(FIRST)], [CHANGED_VALUE], token));
    assert.equal(others.length, 0);
    assert.equal(activity.primaryAttributeValue, "Job Title");
    const value = (name) => activity.attributes.find((each) => each.name === name)?.value;
    assert.equal(value("New Value"), "Director");
  },
  "bulkLeadExtract.create": async ({ client }) => {
    const [job] = isSuccess(await client.bulkLeadExtract.create(["id", "email", "company"], { staticListId: LIST }));
    assert.equal(job.status, "Created");
    assert.equal(job.format, "CSV");
    return { exportId: job.exportId };
  },
  "bulkLeadExtract.enqueue and status": async ({ client, exportId }) => {
    const [queued] = isSuccess(await client.bulkLeadExtract.enqueue(exportId));
    assert.equal(queued.status, "Queued");
    for (;;) {
      const [job] = isSuccess(await client.bulkLeadExtract.status(exportId));
      if (job.status === "Completed") return { job };
      assert.match(job.status, /^(Queued|Processing)$/);
      await pause(50);
    }
  },
  "bulkLeadExtract.file": async ({ client, exportId, job, people }) => {
    const text = await client.bulkLeadExtract.file(exportId);
    const bytes = Buffer.from(text, "utf8");
    assert.equal(bytes.length, job.fileSize);
    assert.equal(`sha256:${createHash("sha256").update(bytes).digest("hex")}`, job.fileChecksum);
    const [headers, ...rows] = text.trimEnd().split("\n");
    assert.equal(headers, "id,email,company");
    assert.equal(rows.length, job.numberOfRecords);
    assert.ok(rows.length >= people / 10, "a tenth of all people are in the list");
  },
  "stats.usage": async ({ client }) => {
    const [today] = isSuccess(await client.stats.usage());
    assert.ok(today.total > 0);
    assert.equal(
      today.total,
      today.users.reduce((total, user) => total + user.count, 0),
    );
  },
  "stats.usageLast7Days": async ({ client }) => {
    const days = isSuccess(await client.stats.usageLast7Days());
    assert.ok(days.length >= 1 && days.length <= 7);
    assert.ok(days.every((day) => /^\d{4}-\d{2}-\d{2}$/.test(day.date) && Number.isInteger(day.total)));
    assert.ok(days.some((day) => day.total > 0 && day.users.length > 0));
  },
  "stats.errors and errorsLast7Days": async ({ client }) => {
    const [today] = isSuccess(await client.stats.errors());
    assert.ok(Number.isInteger(today.total));
    const days = isSuccess(await client.stats.errorsLast7Days());
    assert.ok(days.length >= 1 && days.length <= 7 && days.every((day) => Array.isArray(day.errors)));
  },
  "gets another token when the one has expired": async ({ client, marketo }) => {
    await order(marketo, "tokens/expire", {});
    isSuccess(await client.stats.usage());
  },
};
