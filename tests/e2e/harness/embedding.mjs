// A site that embeds the panel: the example host, on an origin of its own, and the API key of its backend.
import { openHost, openSession } from "../../../examples/host/server.mjs";
import { ADMIN } from "./server.mjs";

export class Embedding {
  #host;
  /** What the host reads at each request. */
  settings = { user: ADMIN };
  /** How many sessions its backend was asked for. */
  sessions = 0;

  /** Starts one that ends with the suite. `name` is localhost, which is another site than the console's 127.0.0.1. */
  static async start(suite, name = "localhost") {
    const embedding = new Embedding();
    embedding.settings.session = (request) => embedding.openSession(request);
    embedding.#host = await openHost(embedding.settings, { name });
    suite.after(() => embedding.#host.close());
    return embedding;
  }

  get origin() {
    return this.#host.origin;
  }

  /** For `prepared`: makes the API key of this site. */
  async authorise(server) {
    const admin = await server.admin();
    await admin.setPassword("correct horse battery staple");
    const { secret } = await admin.call("POST", "/api-keys", {
      name: "Example CRM",
      origins: [this.origin],
      flows: ["invite-csv", "users", "setup-guide"],
      role: "admin",
    });
    this.settings.key = secret;
  }

  /** Embeds this server's console from now on, as in the beginning. */
  embed(server) {
    this.sessions = 0;
    Object.assign(this.settings, { console: server.origin, headers: {}, pages: {} });
  }

  /** What its backend does for its page. */
  async openSession(request) {
    this.sessions += 1;
    return openSession(request);
  }
}
