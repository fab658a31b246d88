// Steps 6 and 7: items ticked by hand, items that the org reports, and later changes there.
import assert from "node:assert/strict";

import { ADMIN } from "./harness/server.mjs";
import { serve, walk } from "./harness/walk.mjs";

const server = serve("--sandbox-speed", "200");

walk("s6 s7: ticked by hand before there is a connection; then what the org says goes before a tick", server, {}, async (app) => {
  await app.admit();
  await app.salesforceSetup.open();
  await app.driver.see({ text: app.say("salesforce_setup.not_connected") });
  await app.salesforceSetup.seeProgress(0, 10);
  await app.salesforceSetup.tick("objects_deployed");
  await app.salesforceSetup.seeFocusOn("read_standard_objects");
  await app.salesforceSetup.seeState("objects_deployed", "ticked");
  await app.salesforceSetup.openTicker("objects_deployed", ADMIN);
  await app.user.arrive(ADMIN);
  await app.driver.back();
  await app.salesforceSetup.seeShown("objects_deployed");
  await app.salesforceSetup.seeProgress(1, 10);
  await app.driver.reload();
  await app.salesforceSetup.arrive();
  await app.salesforceSetup.seeState("objects_deployed", "ticked");
  await app.salesforceSetup.undo("objects_deployed");
  await app.salesforceSetup.seeState("objects_deployed", "open");
  await app.salesforceSetup.seeFocusOn("objects_deployed");
  await app.salesforceSetup.seeProgress(0, 10);
  await app.salesforceSetup.seeInList("install_package", "next");
  await app.salesforceSetup.seeInList("objects_deployed", "open");
  await app.driver.inspect("checklist, wide");

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
  // A step back is noticed.
  await order("fresh");
  await app.salesforceSetup.checkNow();
  await app.salesforceSetup.seeState("install_package", "regressed");
  await app.driver.inspect("salesforce setup, regressed");

  // What is answered late takes nothing back that was done meanwhile, and is not lost itself.
  await order("complete");
  const letCheckGo = await app.driver.hold("POST", "/api/v1/salesforce-setup/check");
  await app.salesforceSetup.checkNow();
  await app.salesforceSetup.tick("objects_deployed");
  letCheckGo();
  await app.salesforceSetup.seeState("install_package", "verified");
  // Step 7 is asked about until step 6 is done.
  await app.salesforceSetup.tick("read_standard_objects");
  await app.salesforceSetup.seeState("read_standard_objects", "ticked");
  const letFirstCome = await app.driver.holdNextAnswer("PUT", "/api/v1/salesforce-setup/items/lead_field_mapping");
  await app.salesforceSetup.done("lead_field_mapping");
  await app.salesforceSetup.tick("marketo_credentials");
  letFirstCome();
  await app.driver.untilIdle();
  for (const id of ["objects_deployed", "marketo_credentials", "lead_field_mapping"]) {
    await app.salesforceSetup.seeState(id, "ticked");
  }
});

walk("s6 s7: one item at a time, which the address names, in a narrow window", server, { width: 360 }, async (app) => {
  const { driver, salesforceSetup } = app;
  await app.admit();
  await salesforceSetup.open();
  await salesforceSetup.seeShown("install_package");
  await driver.seePath("/salesforce-setup?item=install_package");
  await salesforceSetup.next("install_package");
  await salesforceSetup.seeFocusOn("objects_deployed");
  await salesforceSetup.done("objects_deployed");
  await salesforceSetup.seeFocusOn("read_standard_objects");
  await driver.seePath("/salesforce-setup?item=read_standard_objects");
  await driver.reload();
  await salesforceSetup.seeShown("read_standard_objects");
  await driver.back();
  await salesforceSetup.seeShown("objects_deployed");
  await salesforceSetup.undo("objects_deployed");
  await salesforceSetup.seeState("objects_deployed", "open");
  await salesforceSetup.seeFocusOn("objects_deployed");
  await salesforceSetup.unfold();
  await salesforceSetup.seeInList("install_package", "next");
  await salesforceSetup.seeInList("objects_deployed", "open");
  await driver.inspect("checklist, narrow");
  await salesforceSetup.show("page_layouts");
  await salesforceSetup.seeFocusOn("page_layouts");
  // Step 6 is not done.
  await salesforceSetup.done("page_layouts");
  const question = { text: app.say("order.recorded"), within: { role: "dialog" } };
  await driver.see(question);
  await driver.back();
  await driver.gone(question);
  await salesforceSetup.seeShown("page_layouts");
  await driver.seePath("/salesforce-setup?item=page_layouts");
  await driver.back();
  await salesforceSetup.seeShown("objects_deployed");
  await driver.forward();
  await salesforceSetup.seeShown("page_layouts");
  await salesforceSetup.done("page_layouts");
  await driver.see(question);
  await driver.press("Escape");
  await driver.goto("/salesforce-setup#configure-actions");
  await salesforceSetup.seeFocusOn("marketo_remote_sites");
  await driver.seePath("/salesforce-setup?item=marketo_remote_sites");
});
