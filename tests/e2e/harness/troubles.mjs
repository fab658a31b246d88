// What must never happen on any page, collected until the walk ends.

/**
 * What the console may say: of requests that fail, which are judged by what they are (see `noteAnswer` and `noteBrokenOff`),
 * and of what the walk itself does.
 */
const EXPECTED = [
  /^Failed to load resource/,
  /^Failed to fetch/,
  /^Fetch API cannot load/,
  /^Failed to find a valid digest/,
  /net::ERR_|NetworkError/,
  /^Service Worker registration blocked by Playwright$/,
  /React DevTools/,
  // Said by Leptos in what `script/dev` builds, of reading once what could also be followed.
  /outside a reactive tracking context/,
  // Chromium says so now and then, although every document has the header: tests/hosts/headers.test.mjs.
  /could not be origin-keyed/,
];

/** Collects what the drivers notice; the rules are the same in every browser. */
export class Troubles {
  /** @type {{ text: string, isExcused: () => boolean }[]} */
  #noted = [];
  #expected;
  #origin;
  #api;

  /** `refused` are the failures of requests that the walk itself causes; see `expect`. */
  constructor({ origin, api = origin, refused = [] }) {
    this.#origin = origin;
    this.#api = api;
    this.#expected = [...refused];
  }

  get all() {
    return this.#noted.filter(({ isExcused }) => !isExcused()).map(({ text }) => text);
  }

  note(text, isExcused = () => false) {
    this.#noted.push({ text, isExcused });
  }

  /**
   * Adds failures that the walk itself causes: patterns, which are tested on `409 for POST /api/v1/batches`,
   * `GET /api/v1/users broke off: ...`, `request to https://api.example.com/...` or `console: ...`.
   */
  expect(pattern) {
    this.#expected.push(pattern);
  }

  forget(pattern) {
    this.#noted = this.#noted.filter(({ text }) => !pattern.test(text));
  }

  noteViolation(text) {
    this.note(`content security policy: ${text}`);
  }

  noteError(message) {
    this.note(`error on the page: ${message}`);
  }

  noteSaid(text) {
    if (!EXPECTED.some((said) => said.test(text))) this.#noteUnexpected(`console: ${text}`);
  }

  /** A request of the page at `from`, which is not a navigation. */
  noteRequest(url, from) {
    // Pages of other sites, such as the stand-ins, ask their own.
    if (originOf(from) !== this.#origin || /^(data|blob|about):/.test(url)) return;
    if (![this.#origin, this.#api].some((ours) => url.startsWith(`${ours}/`))) this.#noteUnexpected(`request to ${url}`);
  }

  /** Counts every request to the API that is refused, and every file of the app that is missing. */
  noteAnswer(method, url, status) {
    if (status < 400) return;
    if (this.#isOfApi(url)) {
      const name = nameOf(method, url);
      // The first request of a visit finds out that there is no session.
      if (status !== 401 || name !== "GET /api/v1/session") this.#noteUnexpected(`${status} for ${name}`);
    } else if (url.startsWith(`${this.#origin}/`) && !new URL(url).pathname.startsWith("/api/")) {
      // Pages of other sites, such as the stand-ins, may miss files.
      this.note(`${status} for ${url}`);
    }
  }

  /**
   * Counts every request to the API that is broken off, except those that end with their document: `isExcused` says later
   * whether that has turned out to be the reason.
   */
  noteBrokenOff(method, url, reason, isExcused) {
    if (this.#isOfApi(url)) this.#noteUnexpected(`${nameOf(method, url)} broke off: ${reason}`, isExcused);
  }

  #isOfApi(url) {
    return url.startsWith(`${this.#api}/api/`);
  }

  #noteUnexpected(text, isExcused) {
    if (!this.#expected.some((pattern) => pattern.test(text))) this.note(text, isExcused);
  }
}

function nameOf(method, url) {
  return `${method} ${new URL(url).pathname}`;
}

function originOf(url) {
  return URL.canParse(url) ? new URL(url).origin : "";
}
