// An instance of Marketo that refuses calls as the walk demands.
import { createServer } from "node:http";

import { listening } from "./ports.mjs";

// Those that decide who qualifies.
const FIELDS = ["id", "email", "sfdcLeadId", "sfdcContactId", "sfdcLeadOwnerId"].map((name) => ({
  name,
  displayName: name,
  dataType: "string",
}));

export class Marketo {
  #server;
  #refusal = null;

  /** Starts on a free port; it ends with the suite. */
  static async start(suite) {
    const marketo = new Marketo();
    marketo.#server = createServer((request, response) => marketo.#answer(request, response));
    await listening(marketo.#server);
    suite.after(() => marketo.#server.closeAllConnections() ?? marketo.#server.close());
    return marketo;
  }

  /** The address of an instance, in the format of the server's option. */
  get address() {
    return `http://127.0.0.1:${this.#server.address().port}/{munchkin}`;
  }

  /**
   * From now on, calls whose path contains `at` fail: with HTTP 200 and Marketo's error code, with an HTTP status if
   * `code` is below 600, or without an answer if there is none. Called without arguments, everything succeeds again.
   * @param {{ at?: string, code?: number, message?: string }} [refusal]
   */
  refuse({ at, code, message = "" } = {}) {
    this.#refusal = at ? { at, code, message } : null;
  }

  #answer(request, response) {
    const refusal = this.#refusal && request.url.includes(this.#refusal.at) ? this.#refusal : null;
    const say = (status, body) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (refusal && !refusal.code) return request.destroy();
    if (refusal?.code < 600) return say(refusal.code, { error: "refused", error_description: refusal.message });
    if (refusal)
      return say(200, { requestId: "1", success: false, errors: [{ code: `${refusal.code}`, message: refusal.message }] });
    if (request.url.includes("/identity/")) return say(200, { access_token: "token", token_type: "bearer", expires_in: 3600 });
    const result = request.url.includes("describe2") ? [{ name: "API Lead", fields: FIELDS }] : [];
    return say(200, { requestId: "1", success: true, result, nextPageToken: "next" });
  }
}
