// What a WebDriver's pages do on the way without failing a step: requests, errors, violations of the policy. Firefox tells
// about them by WebDriver BiDi. WebKitGTK has no BiDi: there, the page itself is listened to, from the driver's first look at
// it; see docs/browsers.md for what that misses.

const EVENTS = [
  "browsingContext.contextCreated",
  "browsingContext.contextDestroyed",
  "browsingContext.navigationStarted",
  "browsingContext.navigationCommitted",
  "browsingContext.domContentLoaded",
  "log.entryAdded",
  "network.beforeRequestSent",
  "network.fetchError",
  "network.responseCompleted",
  "script.message",
];

/** Firefox's errors for an unreachable server, in the drivers' common wording. */
/** @type {[RegExp, string][]} */
const REASONS = [
  [/^NS_ERROR_(CONNECTION_REFUSED|NET_RESET|NET_INTERRUPT|NET_EMPTY_RESPONSE|NET_PARTIAL_TRANSFER)$/, "out of reach"],
  [/^NS_ERROR_OFFLINE$/, "offline"],
];

/** What Firefox reports like an error and others only write to the console: a message for another origin than the one there. */
const NO_ERROR = /^Failed to execute .postMessage. on .DOMWindow.: The target origin provided/;

/** The people of a browser, each with a user context of their own, which BiDi tells about. */
export class PeopleByBidi {
  #bidi;
  /** By their user contexts. */
  #people = new Map();
  /** Pages and frames by their browsing contexts. */
  #pages = new Map();

  static async of(session) {
    const people = new PeopleByBidi();
    people.#bidi = await session.getBidi();
    people.#bidi.socket.on("message", (data) => {
      const { method, params } = JSON.parse(data.toString());
      if (EVENTS.includes(method)) people.#hear(method, params);
    });
    await people.send("session.subscribe", { events: EVENTS });
    await people.send("script.addPreloadScript", {
      functionDeclaration: `(note) => document.addEventListener("securitypolicyviolation", (event) =>
        note(event.violatedDirective + " " + event.blockedURI + " at " + event.sourceFile + ":" + event.lineNumber))`,
      arguments: [{ type: "channel", value: { channel: "violations" } }],
    });
    return people;
  }

  async send(method, params) {
    const answer = await this.#bidi.send({ method, params });
    if (answer.type === "error") throw new Error(`${method}: ${answer.message}`);
    return answer.result;
  }

  /** Adds somebody: `open(type)` opens a window or tab, `owns(window)` tells whose one is, `follow` notes what goes wrong. */
  async add() {
    const { userContext } = await this.send("browser.createUserContext", {});
    const person = { troubles: null, onAnswer: () => {} };
    this.#people.set(userContext, person);
    return {
      open: async (type) => (await this.send("browsingContext.create", { type, userContext })).context,
      owns: (window) => this.#pages.get(window)?.person === person,
      /** Returns the function that waits for what has happened so far. */
      follow: (troubles, onAnswer) => {
        Object.assign(person, { troubles, onAnswer });
        return () => this.send("session.status", {});
      },
      remove: async () => {
        this.#people.delete(userContext);
        await this.send("browser.removeUserContext", { userContext });
      },
    };
  }

  /** Those whom an event is about: everybody, if it does not say. */
  #concerned(context) {
    const page = this.#pages.get(context);
    const people = page ? [page.person] : [...this.#people.values()];
    return people.filter((person) => person?.troubles);
  }

  #isLeaving(context) {
    const { leaves, around } = this.#pages.get(context) ?? {};
    return leaves || (Boolean(around) && this.#isLeaving(around));
  }

  #hear(method, params) {
    const { context = params.source?.context } = params;
    const note = (take) => this.#concerned(context).forEach(take);
    const change = (change) => Object.assign(this.#pages.get(context) ?? {}, change);
    const { request, response } = params;
    const heard = {
      "browsingContext.contextCreated": ({ parent, url, userContext }) => {
        this.#pages.set(context, { person: this.#people.get(userContext), around: parent, url, leaves: false });
      },
      "browsingContext.contextDestroyed": () => change({ leaves: true }),
      "browsingContext.navigationStarted": ({ url }) => change({ leaves: true, url }),
      // After redirections.
      "browsingContext.navigationCommitted": ({ url }) => change({ url }),
      "browsingContext.domContentLoaded": () => change({ leaves: false }),
      "log.entryAdded": ({ type, level, text }) => {
        const isError = type === "javascript" && level === "error" && !NO_ERROR.test(text);
        note(({ troubles }) => (isError ? troubles.noteError(text) : troubles.noteSaid(text ?? "")));
      },
      "network.beforeRequestSent": ({ navigation }) => {
        const from = this.#pages.get(context)?.url ?? "";
        if (!navigation) note(({ troubles }) => troubles.noteRequest(request.url, from));
      },
      "network.fetchError": ({ errorText }) => {
        const [, reason] = REASONS.find(([pattern]) => pattern.test(errorText)) ?? [null, errorText];
        if (!this.#isLeaving(context)) note(({ troubles }) => troubles.noteBrokenOff(request.method, request.url, reason));
      },
      "network.responseCompleted": () => {
        const answer = [request.method, request.url, response.status];
        note(({ troubles, onAnswer }) => {
          troubles.noteAnswer(...answer);
          onAnswer(...answer);
        });
      },
      "script.message": ({ channel, data }) => {
        if (channel === "violations") note(({ troubles }) => troubles.noteViolation(data.value));
      },
    };
    heard[method](params);
  }
}

/** Runs in the page, as part of what the driver keeps there: listens, and `drain` gives what was noted since the last time. */
export function listen() {
  let noted = [];
  const note = (kind, ...values) => noted.push([kind, ...values]);
  const say = (event) =>
    `${event.effectiveDirective} ${event.blockedURL ?? event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`;
  const seen = new Set();
  // The page that a browser makes around another file has styles of its own.
  const isPage = document.contentType === "text/html";
  const noteViolation = (text) => {
    if (isPage && !seen.has(text)) note("violation", text);
    seen.add(text);
  };
  // Includes the violations before this.
  new ReportingObserver((reports) => reports.forEach(({ body }) => noteViolation(say(body))), {
    types: ["csp-violation"],
    buffered: true,
  }).observe();
  document.addEventListener("securitypolicyviolation", (event) => noteViolation(say(event)));
  window.addEventListener("error", (event) => note("error", event.message));
  window.addEventListener("unhandledrejection", (event) => {
    const reason = String(event.reason?.message ?? event.reason);
    // This is how WebKit ends what a page is still waiting for when it is left.
    if (!reason.endsWith("the browsing context is going away")) note("error", reason);
  });
  for (const name of ["log", "info", "warn", "error", "debug"]) {
    const original = console[name];
    console[name] = (...words) => {
      note("said", words.map(String).join(" "));
      original.apply(console, words);
    };
  }
  // Includes the requests before this, but not what was answered.
  new PerformanceObserver((list) => {
    for (const { name } of list.getEntries()) note("request", name, location.href);
  }).observe({ type: "resource", buffered: true });
  let isLeaving = false;
  window.addEventListener("pagehide", () => (isLeaving = true));
  const { fetch } = window;
  window.fetch = async (...request) => {
    const [asked, { method: named } = {}] = request;
    // A request made of another one would take its body.
    const { method, url } = asked instanceof Request ? asked : new Request(asked, { method: named });
    try {
      const response = await fetch(...request);
      note("answer", method, url, response.status);
      return response;
    } catch (error) {
      const reason = error.name === "AbortError" ? "aborted" : navigator.onLine ? "out of reach" : "offline";
      if (!isLeaving) note("broke off", method, url, reason);
      throw error;
    }
  };
  return {
    drain() {
      const all = noted;
      noted = [];
      return all;
    },
  };
}

/** Adds what a page has noted. */
export function takeNoted(noted, troubles, { onAnswer }) {
  const takes = {
    violation: (text) => troubles.noteViolation(text),
    error: (message) => troubles.noteError(message),
    said: (text) => troubles.noteSaid(text),
    request: (url, from) => troubles.noteRequest(url, from),
    answer: (method, url, status) => {
      troubles.noteAnswer(method, url, status);
      onAnswer(method, url, status);
    },
    "broke off": (method, url, reason) => troubles.noteBrokenOff(method, url, reason),
  };
  for (const [kind, ...values] of noted) takes[kind](...values);
}
