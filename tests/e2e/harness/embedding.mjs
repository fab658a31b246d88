// A site that embeds the panel: an example host, on an origin of its own, and the API key of its backend.
import assert from "node:assert/strict";

import { openHost, openSession } from "../../../examples/host/server.mjs";
import { people } from "./samples.mjs";
import { ADMIN, until } from "./server.mjs";

export class Embedding {
  #host;
  /** What the host reads at each request. */
  settings = { user: ADMIN };
  /** How many sessions its backend was asked for. */
  sessions = 0;
  #pages = {};

  /**
   * Starts one that ends with the suite. `name` is localhost, which is another site than the console's 127.0.0.1; `example`
   * is the page that it shows, and `pages` are further ones.
   * @param {any} suite
   * @param {{ name?: string, example?: string, pages?: object }} [options]
   */
  static async start(suite, { name = "localhost", example, pages = {} } = {}) {
    const embedding = new Embedding();
    embedding.#pages = pages;
    embedding.settings.session = (request) => embedding.openSession(request);
    embedding.#host = await openHost(embedding.settings, { name, example });
    suite.after(() => embedding.#host.close());
    return embedding;
  }

  get origin() {
    return this.#host.origin;
  }

  /** For `prepared`: makes the API key of this site, and of others that the same company has. */
  async authorise(server, others = []) {
    const sites = [this, ...others];
    const { secret } = await (await server.people()).call("POST", "/api-keys", {
      name: "Example CRM",
      origins: sites.map(({ origin }) => origin),
      flows: ["invite-csv", "users", "setup-guide"],
      role: "admin",
      grants: "admin",
      opens_for: "everyone",
    });
    for (const site of sites) site.settings.key = secret;
  }

  /** Embeds this server's console from now on, as in the beginning. */
  embed(server) {
    this.sessions = 0;
    Object.assign(this.settings, { console: server.origin, headers: {}, pages: this.#pages });
  }

  /** Opens this site's page, and the panel of the server's console in it once it is ready. */
  async openPanel(app, flow = "invite-csv", path = "") {
    this.embed(app.server);
    await app.host.open(this.origin, flow, path);
    await app.host.seeEvent("ready", { flow });
    return app.panel();
  }

  /** What its backend does for its page. */
  async openSession(request) {
    this.sessions += 1;
    return openSession(request);
  }
}

/** Where the focus is in a panel, as the number of an element; null where it is not in the panel, or nowhere in it. */
export function focusIn(panel) {
  return panel.driver.onPage(() => {
    const at = document.activeElement;
    return document.hasFocus() && at !== document.body ? [...document.querySelectorAll("*")].indexOf(at) : null;
  });
}

/** Presses a key that moves the focus until it has left the panel; each time once it is known where the key before has led. */
export async function leaveByKey(panel, key) {
  let at = await focusIn(panel);
  for (let step = 0; step < 60 && at !== null; step += 1) {
    const before = at;
    await panel.driver.press(key);
    await until(
      async () => {
        at = await focusIn(panel);
        return at !== before;
      },
      () => `${key} to move the focus`,
    );
  }
  assert.equal(at, null, `${key} leads out of the panel`);
}

/** Invites from a file in a panel, and waits until the mails are sent and the host's page knows. */
export async function inviteFromFile(app, panel, count) {
  await panel.inviteCsv.file.arrive();
  await panel.inviteCsv.prepare(people(count));
  await panel.inviteCsv.invite.invite(count);
  await panel.inviteCsv.sending.seeAccepted(count);
  const done = await app.host.seeEvent("invite.completed");
  assert.deepEqual(
    { ...done, batch_id: "" },
    { type: "invite.completed", total: count, sent: count, failed: 0, skipped: 0, batch_id: "" },
  );
}
