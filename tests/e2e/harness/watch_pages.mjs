// What a WebDriver's pages do on the way without failing a step: requests, errors, violations of the policy. Firefox tells
// about them by WebDriver BiDi. WebKitGTK has no BiDi: there, the page itself is listened to, from the driver's first look at
// it; see docs/browsers.md for what that misses.

const EVENTS = [
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
const REASONS = [
  [/^NS_ERROR_(CONNECTION_REFUSED|NET_RESET|NET_INTERRUPT|NET_EMPTY_RESPONSE|NET_PARTIAL_TRANSFER)$/, "out of reach"],
  [/^NS_ERROR_OFFLINE$/, "offline"],
];

/** Follows all pages of a session by BiDi, and returns the function that waits for what has happened so far. */
export async function followByBidi(session, troubles, { onAnswer }) {
  const bidi = await session.getBidi();
  const places = new Map();
  const leaving = new Set();
  const heard = {
    "browsingContext.navigationStarted": ({ context, url }) => {
      leaving.add(context);
      places.set(context, url);
    },
    // After redirections.
    "browsingContext.navigationCommitted": ({ context, url }) => places.set(context, url),
    "browsingContext.domContentLoaded": ({ context }) => leaving.delete(context),
    "log.entryAdded": ({ type, level, text }) => {
      if (type === "javascript" && level === "error") troubles.noteError(text);
      else if (type === "console") troubles.noteSaid(text ?? "");
    },
    "network.beforeRequestSent": ({ context, navigation, request }) => {
      if (context && !navigation) troubles.noteRequest(request.url, places.get(context) ?? "");
    },
    "network.fetchError": ({ context, request, errorText }) => {
      const [, reason] = REASONS.find(([pattern]) => pattern.test(errorText)) ?? [null, errorText];
      if (!leaving.has(context)) troubles.noteBrokenOff(request.method, request.url, reason);
    },
    "network.responseCompleted": ({ context, request, response }) => {
      if (!context) return;
      troubles.noteAnswer(request.method, request.url, response.status);
      onAnswer(request.method, request.url, response.status);
    },
    "script.message": ({ channel, data }) => {
      if (channel === "violations") troubles.noteViolation(data.value);
    },
  };
  bidi.socket.on("message", (data) => {
    const { method, params } = JSON.parse(data.toString());
    heard[method]?.(params);
  });
  const send = async (method, params) => {
    const answer = await bidi.send({ method, params });
    if (answer.type === "error") throw new Error(`${method}: ${answer.message}`);
  };
  await send("session.subscribe", { events: EVENTS });
  await send("script.addPreloadScript", {
    functionDeclaration: `(note) => document.addEventListener("securitypolicyviolation", (event) =>
      note(event.violatedDirective + " " + event.blockedURI + " at " + event.sourceFile + ":" + event.lineNumber))`,
    arguments: [{ type: "channel", value: { channel: "violations" } }],
  });
  return () => send("session.status", {});
}

/** Runs in the page, as part of what the driver keeps there: listens, and `drain` gives what was noted since the last time. */
export function listen() {
  let noted = [];
  const note = (kind, ...values) => noted.push([kind, ...values]);
  const say = (event) => `${event.effectiveDirective} ${event.blockedURL ?? event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`;
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
  window.addEventListener("unhandledrejection", (event) => note("error", String(event.reason?.message ?? event.reason)));
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
