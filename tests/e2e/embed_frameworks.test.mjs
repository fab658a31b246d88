// The panel as a component of React (examples/react) and of Salesforce Lightning (examples/lightning), on pages of the example
// host's backend.
import assert from "node:assert/strict";

import { ENGINE, PAGE_LEFT } from "./harness/driver.mjs";
import { Embedding, inviteFromFile } from "./harness/embedding.mjs";
import { build as buildLightning } from "./harness/lightning/build.mjs";
import { until } from "./harness/server.mjs";
import { prepared, suite, walk } from "./harness/walk.mjs";
import { wordsOf } from "./harness/words.mjs";

/** Only its driver counts listeners, and only it hides what React writes for its developer tools. */
const IS_CHROMIUM = ENGINE === "chromium";

/** What the walks of components expect of their pages. */
async function watch({ driver }) {
  driver.expectRefused(PAGE_LEFT);
  if (IS_CHROMIUM) await driver.countListeners();
  else driver.expectRefused(/^console: (?!.*(error|fail))/i);
}

const HOSTS = {
  React: await Embedding.start(suite, { example: "react" }),
  Lightning: await Embedding.start(suite, { pages: await buildLightning() }),
};

const [first, ...others] = Object.values(HOSTS);
const embedders = [first, ...others].flatMap(({ origin }) => ["--embedders", origin]);
const server = prepared((server) => first.authorise(server, others), ...embedders);

for (const [name, host] of Object.entries(HOSTS)) {
  walk(
    `e16 e18 e22: people are invited in ${name}'s component, which changes how its one frame looks, and leaves nothing`,
    server,
    {},
    async (app) => {
      await watch(app);
      const panel = await host.openPanel(app);
      await panel.inviteCsv.file.arrive();
      assert.equal((await app.driver.frames()).length, 1);
      if (IS_CHROMIUM) assert.equal(await app.driver.listeners(), 1);

      await panel.driver.onPage(() => (window.isTheSame = true));
      await app.host.restyle(panel);
      await app.host.choose("Language", "en");
      panel.speak(wordsOf("en"));
      await inviteFromFile(app, panel, 3);
      assert.equal((await server.mails("person0@example.com")).length, 1);
      assert.equal(await panel.driver.onPage(() => window.isTheSame), true);
      assert.equal((await app.host.events("ready")).length, 1);

      await app.host.remove();
      await until(
        async () => (await app.driver.frames()).length === 0,
        () => "the frame to go",
      );
      if (IS_CHROMIUM) assert.equal(await app.driver.listeners(), 0);
    },
  );
}

walk("e22 e17: React's page and the panel follow each other, and what it removes can be shown again", server, {}, async (app) => {
  await watch(app);
  const panel = await HOSTS.React.openPanel(app, "users", "settings/admin/users/invite");
  await panel.invite.arrive();
  await app.driver.onPage(() => (location.hash = "settings/admin/users/invitations"));
  await panel.batch.arriveAtList();
  await app.host.seeEvent("route.changed", { path: "settings/admin/users/invitations" });
  assert.equal((await app.host.events("ready")).length, 1);

  await app.host.remove();
  await app.host.showAgain();
  await until(
    async () => (await app.host.events("ready")).length === 2,
    () => "the panel again",
  );
  await (await app.panel()).batch.arriveAtList();
});

walk(
  "e13 e22: Lightning's component has no sandbox where that is refused, and one frame wherever it is moved",
  server,
  {},
  async (app) => {
    await watch(app);
    const panel = await HOSTS.Lightning.openPanel(app, "users");
    await panel.users.arrive();
    const sandbox = () =>
      document.querySelector("c-sales-insight-panel").shadowRoot.querySelector("iframe").getAttribute("sandbox");
    assert.equal(await app.driver.onPage(sandbox), null);

    await app.driver.onPage(() => {
      const component = document.querySelector("c-sales-insight-panel");
      for (const place of ["main", "body", "main"]) document.querySelector(place).append(component);
    });
    await until(
      async () => (await app.host.events("ready")).length === 2,
      () => "the panel again",
    );
    assert.equal((await app.driver.frames()).length, 1);
    if (IS_CHROMIUM) assert.equal(await app.driver.listeners(), 1);
  },
);
