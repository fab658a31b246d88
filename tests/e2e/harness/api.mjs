// A client of the API, to prepare what a test needs, and to count the results.
import { randomUUID } from "node:crypto";

export class Api {
  #cookie = "";
  #known;

  /** Asks the server at `origin`, which browsers find at `known`. */
  constructor(origin, known = origin) {
    this.origin = origin;
    this.#known = known;
  }

  /** The session as a browser would send it. */
  get cookie() {
    return this.#cookie;
  }

  /** Sends a request and returns the JSON of its answer; an unsuccessful answer fails the test. */
  async call(method, path, body, headers = {}) {
    const response = await fetch(`${this.origin}/api/v1${path}`, {
      method,
      headers: {
        "X-MSI-CSRF": "1",
        Origin: this.#known,
        Cookie: this.#cookie,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(method === "POST" ? { "Idempotency-Key": randomUUID() } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    this.#cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? this.#cookie;
    return text === "" ? null : JSON.parse(text);
  }

  async signInByLink(link) {
    return this.call("POST", "/session", { link: { token: new URL(link).hash.slice(1) } });
  }

  /** Sets the first password of a user. */
  async setPassword(password) {
    await this.call("PUT", "/profile/password", { new: password });
  }

  /** All people in User Management who match the query. */
  async users(query = {}) {
    const found = [];
    let cursor;
    do {
      const words = new URLSearchParams({ limit: "200", ...query, ...(cursor ? { cursor } : {}) });
      const page = await this.call("GET", `/users?${words}`);
      found.push(...page.items);
      cursor = page.meta.next_cursor;
    } while (cursor);
    return found;
  }

  /** Invites people in one sealed batch, of a file where `batch` says so. */
  async invite(people, batch = {}) {
    const options = { role: "user", teams: [], workspace: null, language: "en", message: null, expires_in_days: 7 };
    const { id } = await this.call("POST", "/invitation-batches", {
      source: "individual",
      options,
      expected_rows: people.length,
      ...batch,
    });
    const rows = people.map((person, index) => ({ row: index + 1, ...person }));
    await this.call("POST", `/invitation-batches/${id}/chunks`, { index: 0, rows });
    return this.call("POST", `/invitation-batches/${id}/seal`);
  }

  /** Accepts the invitation behind a link of a mail. */
  async accept(link, password) {
    const token = new URL(link).hash.slice(1);
    return this.call("POST", "/activations/accept", { token, password });
  }
}
