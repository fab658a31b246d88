// Steps 6 and 7: items ticked by hand, items that the org reports, and later changes there.
import assert from "node:assert/strict";

import { ADMIN } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve("--sandbox-speed", "200");

walk("s6 s7: ticked by hand before there is a connection", server, {}, async (app) => {
  await app.enter();
  await app.salesforceSetup.open();
  await app.driver.see({ text: app.say("salesforce_setup.not_connected") });
  await app.salesforceSetup.seeProgress(0, 3);
  await app.salesforceSetup.tick("objects_deployed");
  await app.salesforceSetup.seeState("objects_deployed", "ticked");
  await app.salesforceSetup.seeProgress(1, 3);
  await app.driver.reload();
  await app.salesforceSetup.arrive();
  await app.salesforceSetup.seeState("objects_deployed", "ticked");
  await app.salesforceSetup.tick("objects_deployed");
  await app.salesforceSetup.seeState("objects_deployed", "open");
});

walk("s6 s7: what the org says goes before a tick, and a step back is noticed", server, {}, async (app) => {
  await app.enter();
  await app.salesforce.connectAs(ADMIN, "Example Corp");

  await app.salesforceSetup.open();
  await app.salesforceSetup.tick("install_package");
  await app.salesforceSetup.checkNow();
  await app.salesforceSetup.seeState("install_package", "missing");
  const link = await app.salesforceSetup.deepLink("actions_remote_sites");
  const instance = new URL(link).origin;
  assert.equal(link, `${instance}/lightning/setup/SecurityRemoteProxy/home`);

  const order = (preset) => fetch(`${instance}/__sandbox/setup?org=production&preset=${preset}`, { method: "POST" });
  await order("complete");
  await app.salesforceSetup.checkNow();
  for (const id of ["install_package", "actions_remote_sites", "page_layouts"]) {
    await app.salesforceSetup.seeState(id, "verified");
  }
  await app.driver.inspect("salesforce setup, verified");
  await order("fresh");
  await app.salesforceSetup.checkNow();
  await app.salesforceSetup.seeState("install_package", "regressed");
  await app.driver.inspect("salesforce setup, regressed");
});
