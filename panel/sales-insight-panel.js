// Embeds a panel of Sales Insight Actions Admin in a page of another site. Without dependencies, for copying to that site.
// The panel is a frame; both speak by JSON texts on a message port, which this script hands over to the panel's origin alone.

const PROTOCOL = "msi-panel";
const VERSIONS = [1];
const LONGEST = 65_536;
const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads";
/** Longer than the panel itself waits, once its code has come; and where that is on its way over a slow line. */
const PATIENCE_MS = 20_000;
const PATIENCE_WHILE_LOADING_MS = 60_000;
/** How long the panel has for ending its session. */
const LEAVING_MS = 5_000;
/** After which whoever waits is told that the panel is not there yet. */
const TOLD_AFTER_MS = 5_000;

/** What a column of rows can be, and how many rows can be handed over at once. */
const COLUMNS = ["email", "first_name", "last_name", "full_name", "role", "teams", "workspace", "language"];
const MOST_ROWS = 100_000;
/** Of a message, for rows: the rest is for what is said of them. */
const PORTION = 60_000;
const LONGEST_NAME = 255;

const FLOWS = ["invite-csv", "users", "setup-guide"];
/** The values of an option, or their type: the panel judges them, as it knows its languages and its colours. */
const OPTIONS = { theme: ["system", "light", "dark"], density: ["comfortable", "compact"], locale: "string", look: "object" };
/** In pixels, until the panel says how high its content is, and never less: what is below stays where it is. */
const LEAST_HEIGHT = 640;

/** What the API says of a session that the page's own backend asked for: its codes, and the fields that it names. */
const REFUSALS = {
  api_key_invalid: "key_refused",
  api_key_revoked: "key_refused",
  user: "user_refused",
  origin: "origin_refused",
  flow: "flow_refused",
  ttl_seconds: "lifetime_refused",
};

/** That the panel is not there, and how to try again, where nothing of the panel can be shown. As in locales/. */
const TEXTS = {
  en: ["The panel could not be loaded yet. Check the connection, or try again.", "Try again"],
  de: [
    "Das Panel konnte noch nicht geladen werden. Prüfen Sie die Verbindung, oder versuchen Sie es erneut.",
    "Erneut versuchen",
  ],
  es: ["El panel no se ha podido cargar aún. Compruebe la conexión o inténtelo de nuevo.", "Reintentar"],
  fr: ["Le panneau n’a pas encore pu être chargé. Vérifiez la connexion ou réessayez.", "Réessayer"],
  ja: ["パネルをまだ読み込めません。接続を確認するか、もう一度お試しください。", "再試行"],
  ko: ["아직 패널을 불러오지 못했습니다. 연결을 확인하거나 다시 시도하십시오.", "다시 시도"],
  pt: ["O painel ainda não pôde ser carregado. Verifique a conexão ou tente novamente.", "Tentar novamente"],
};

/**
 * Shows a panel in `container`. `src` is the address of the console, `getSessionToken` resolves to the session that the
 * page's own backend has obtained; see the types beside this file, and docs/embedding.md.
 */
export function createPanel(settings, frame = makeFrame()) {
  const { container, getSessionToken, title = "Sales Insight Actions", on = {} } = settings;
  const address = addressOf(settings);
  const { minHeight = LEAST_HEIGHT, maxHeight = Infinity } = settings;
  let options = pick(settings);
  let port = null;
  let isGone = false;
  /** Where the panel is; also one that is loaded again opens there. */
  let { path } = settings;

  frame.title = title;
  frame.allow = "clipboard-write";
  frame.referrerPolicy = "strict-origin";
  // By script and not by attribute, which a strict policy of the page may forbid.
  const style = { border: "0", display: "block", width: "100%", height: heightOf(0), colorScheme: "auto" };
  Object.assign(frame.style, style);
  function heightOf(content) {
    return `${Math.min(Math.max(content, minHeight), maxHeight)}px`;
  }

  const tell = (type, detail) => {
    if (isGone) return;
    try {
      if (typeof on === "function") on({ type, ...detail });
      else on[type]?.({ type, ...detail });
    } catch (error) {
      // A fault of the page must not keep the panel waiting.
      reportError(error);
    }
  };
  const help = (code) => new URL(`guide/en/embedding.html#${code}`, address.console).href;
  const fail = (code, message, more) => {
    // Nobody answers any more, or what was said was not understood.
    if (UNANSWERED.includes(code)) {
      // Only after what was not understood there is a panel as before.
      if (!code.startsWith("message_")) hopeless = message;
      rejectAll(message);
    }
    tell("error", { code, message, ...more, help: help(code) });
  };
  const say = (message) => port?.postMessage(JSON.stringify(message));

  /** A session, or none: the panel then tells its user that they are not signed in. */
  const askHost = async () => {
    // Nothing is told before the page has what createPanel returns.
    await null;
    let answer;
    try {
      answer = await getSessionToken();
    } catch (error) {
      fail("session_failed", `getSessionToken was rejected: ${error?.body?.message ?? error?.message ?? error}`);
      return null;
    }
    if (answer?.token) return answer;
    // The API's own answer, where the page's backend hands it on.
    const { code, field, detail, instance: request_id } = answer ?? {};
    const why = REFUSALS[code] ?? REFUSALS[field];
    if (why)
      fail(why, `the console's API refuses the session: ${[field, detail ?? code].filter(Boolean).join(": ")}`, { request_id });
    else
      fail("session_failed", ["getSessionToken resolved to no session", code, detail].filter(Boolean).join(": "), { request_id });
    return null;
  };
  let early;

  const answerToken = async (call) => {
    const from = port;
    const asked = early ?? askHost();
    early = null;
    const session = await asked;
    // A panel that has been loaded again asks again.
    if (port === from) say({ type: "token", call, token: session?.token, expires_at: session?.expires_at });
  };

  /** What the panel is to answer, by the type of the answer. A refusal of rows is an error. */
  const open = new Map();
  const answered = (type, message) =>
    new Promise((resolve, reject) => {
      open.set(type, { resolve, reject });
      say(message);
    });
  const settle = (type, how, value) => {
    open.get(type)?.[how](value);
    open.delete(type);
  };
  /** What waits for the panel to be there. */
  const connected = [];
  /** Why nothing does, where there will be no panel until it is loaded again. */
  let hopeless = null;
  const rejectOpen = (why) => {
    for (const type of open.keys()) settle(type, "reject", new Error(why));
  };
  function rejectAll(why) {
    rejectOpen(why);
    for (const { reject } of connected.splice(0)) reject(new Error(why));
  }
  const untilConnected = async () => {
    const why = isGone ? GONE : hopeless;
    if (why) throw new Error(why);
    if (!port) await new Promise((resolve, reject) => connected.push({ resolve, reject }));
  };

  /** Hands over rows, after those before. */
  let last = Promise.resolve();
  let calls = 0;
  const handOver = async ({ name = title, schema, rows }) => {
    await last.catch(() => {});
    const portions = portionsOf(name, schema, rows);
    await untilConnected();
    calls += 1;
    const call = calls;
    for (const portion of portions) {
      const message = { type: "rows", call, name, schema, rows: portion.rows, is_last: portion.isLast };
      await answered("rows.taken", message);
    }
  };

  let leaving = null;
  const leave = async () => {
    early = null;
    if (port) {
      let timer;
      const tooLate = new Promise((resolve) => {
        timer = setTimeout(resolve, LEAVING_MS);
      });
      // Where the panel cannot answer, loading it anew ends what it has in memory.
      await Promise.race([answered("logged.out", { type: "logout" }), tooLate]).catch(() => {});
      clearTimeout(timer);
    }
    if (!isGone) load();
  };

  const hear = ({ data }) => {
    const message = parse(data);
    if (!message) return fail("message_malformed", "a message of the panel could not be read");
    const { type, ...detail } = message;
    if (type === "token.request") return void answerToken(detail.call);
    if (type === "error") {
      if (detail.code === "rows_refused") settle("rows.taken", "reject", new Error(detail.message));
      return fail(detail.code, detail.message, detail);
    }
    settle(type, "resolve");
    if (type === "rows.taken") return;
    if (type === "resize") frame.style.height = heightOf(detail.height);
    if (type === "route.changed") ({ path } = detail);
    if (type === "auth.required") settle("rows.taken", "reject", new Error("nobody is signed in to the panel"));
    // Whatever is shown now is the panel's own.
    if (type === "ready" || type === "resize") cover.lift();
    tell(type, detail);
  };

  const disconnect = () => {
    if (!port) return;
    port.onmessage = null;
    port.close();
    port = null;
    rejectOpen(GONE);
  };

  const greet = ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== address.origin) return;
    const hello = parse(data);
    if (hello?.protocol !== PROTOCOL) return;
    if (hello.type === "loading" && timers.length > 0) {
      // The panel's page itself shows that it loads, and why it cannot.
      cover.lift();
      isComing = true;
      stopWaiting();
      timers = [setTimeout(giveUpSilent, PATIENCE_WHILE_LOADING_MS)];
      return;
    }
    if (hello.type !== "hello" || !Array.isArray(hello.v)) return;
    const { nonce } = hello;
    const answer = (message, ports = []) =>
      source.postMessage(JSON.stringify({ protocol: PROTOCOL, nonce, ...message }), address.origin, ports);
    // A panel is there, whatever it has to say.
    stopWaiting();
    const v = VERSIONS.find((version) => hello.v.includes(version));
    if (v === undefined) {
      answer({ type: "refuse", code: "version_unsupported" });
      // The panel says it itself.
      cover.lift();
      return fail("version_unsupported", "the panel speaks no version of this script");
    }
    // The frame may have been loaded again.
    disconnect();
    hopeless = null;
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = hear;
    answer({ type: "accept", v }, [channel.port2]);
    say({ type: "init", options, path });
    for (const { resolve } of connected.splice(0)) resolve();
  };

  let timers = [];
  let isLoaded = false;
  let isComing = false;
  const stopWaiting = () => {
    for (const timer of timers) clearTimeout(timer);
    timers = [];
  };
  /** No panel has come, and none will: the browser has refused it, or the console does not answer. */
  const giveUp = (code, message) => {
    stopWaiting();
    fail(code, message);
    // What the panel's page says of it is not covered.
    if (!isComing) cover.tell(options.locale);
  };
  const giveUpSilent = () => {
    if (isComing) return giveUp("panel_silent", "the panel's page has come, but not greeted within a minute: the frame says why");
    if (!isLoaded) return giveUp("handshake_timeout", "the panel has not answered");
    const causes = "does the console answer, and does it list this page's origin and that of every page around it?";
    giveUp("panel_silent", `the frame was loaded, but no panel has answered in it: ${causes}`);
  };
  // The browser tells of this page's own policy, but not of the console's, and not of a console that does not answer.
  const violated = ({ blockedURI, effectiveDirective, disposition }) => {
    if (disposition === "report" || timers.length === 0 || originOf(blockedURI) !== address.origin) return;
    if (!/^(?:frame|child|default)-src/.test(effectiveDirective)) return;
    giveUp("frame_refused", `this page's Content-Security-Policy has no ${address.origin} in ${effectiveDirective}`);
  };
  const load = () => {
    stopWaiting();
    disconnect();
    hopeless = null;
    // The panel's first request comes when its code is there; the host's backend is asked meanwhile.
    early = askHost();
    isLoaded = false;
    isComing = false;
    // On a slow line, the panel may come later than whoever waits for it is told.
    timers = [setTimeout(() => cover.tell(options.locale), TOLD_AFTER_MS), setTimeout(giveUpSilent, PATIENCE_MS)];
    // An address for a frame that has shown one already would be an entry in the history of the page.
    const isAgain = frame.isConnected;
    if (isAgain) frame.remove();
    frame.src = address.href;
    if (isAgain) cover.around.prepend(frame);
  };
  const loaded = () => (isLoaded = true);
  const cover = coverOf(frame, load);
  frame.addEventListener("load", loaded);
  document.addEventListener("securitypolicyviolation", violated);
  addEventListener("message", greet);
  load();
  container.append(cover.around);

  return {
    frame,
    /** Changes how the panel looks. What it does not have is named by an `error`, and the rest applies. */
    update(changes) {
      const wrong = wrongOptions(changes);
      for (const name of wrong) fail("option_unknown", unknownOption(name, changes[name]));
      const changed = pick(Object.fromEntries(Object.entries(changes).filter(([name]) => !wrong.includes(name))));
      options = { ...options, ...changed };
      if (changed.locale) cover.speak(changed.locale);
      say({ type: "options", options: changed });
    },
    /** Opens a path of the panel, as in the event `route.changed`. */
    navigate(wanted) {
      // A panel that is not there yet opens there.
      if (!port) path = wanted;
      say({ type: "navigate", path: wanted });
    },
    /** Hands over people to be reviewed and invited; resolves once a person sees them. What is wrong with them rejects it. */
    rows(table) {
      const handed = handOver(table).catch((error) => {
        // What the panel has refused is told already.
        if (error instanceof TypeError) fail("rows_refused", error.message);
        throw error;
      });
      last = handed;
      return handed;
    },
    /** Ends the session, removes what the panel keeps for its user, and loads it anew: for when they sign out of the page. */
    logout() {
      leaving ??= leave().finally(() => {
        leaving = null;
      });
      return leaving;
    },
    /** Moves the focus into the panel. */
    focus(direction = "forward") {
      frame.focus();
      say({ type: "focus", direction });
    },
    /** Removes the panel and everything that it has added to the page. */
    destroy() {
      removeEventListener("message", greet);
      document.removeEventListener("securitypolicyviolation", violated);
      frame.removeEventListener("load", loaded);
      isGone = true;
      stopWaiting();
      disconnect();
      rejectAll(GONE);
      cover.around.remove();
    },
  };
}

const GONE = "the panel is gone, or was loaded again";
/** Failures after which nothing that was said is answered. */
const UNANSWERED = [
  "message_malformed",
  "message_too_long",
  "session_mismatch",
  "frame_refused",
  "panel_silent",
  "handshake_timeout",
  "version_unsupported",
];

/** The rows in portions that fit into messages. Throws what is wrong with them, by row. */
function portionsOf(name, schema, rows) {
  const wrong = (text) => new TypeError(`rows: ${text}`);
  // Half of a pair of UTF-16, as of a text that was cut, is no text for others.
  const isText = (text) => typeof text === "string" && text.isWellFormed();
  if (!isText(name) || name.length > LONGEST_NAME) throw wrong(`name is not a string of at most ${LONGEST_NAME} characters`);
  if (!Array.isArray(schema) || !Array.isArray(rows)) throw wrong("schema and rows are not both arrays");
  const other = schema.find((column) => !COLUMNS.includes(column));
  if (other !== undefined) throw wrong(`schema has ${JSON.stringify(other)}, which is not one of ${COLUMNS.join(", ")}`);
  if (rows.length > MOST_ROWS) throw wrong(`row ${MOST_ROWS + 1} is one too many`);
  const encoder = new TextEncoder();
  const portions = [{ rows: [], isLast: false }];
  let size = 0;
  rows.forEach((row, at) => {
    const isTable = Array.isArray(row) && row.length === schema.length && row.every(isText);
    if (!isTable) throw wrong(`row ${at + 1} is not an array of ${schema.length} well-formed strings, one for each column`);
    const length = encoder.encode(JSON.stringify(row)).length + 1;
    if (length > PORTION) throw wrong(`row ${at + 1} is longer than a message may be`);
    size += length;
    if (size > PORTION) {
      portions.push({ rows: [], isLast: false });
      size = length;
    }
    portions.at(-1).rows.push(row);
  });
  portions.at(-1).isLast = true;
  return portions;
}

function makeFrame() {
  const frame = document.createElement("iframe");
  try {
    frame.setAttribute("sandbox", SANDBOX);
    return frame;
  } catch {
    // Salesforce's Lightning Web Security refuses every sandbox with allow-same-origin, and needs none for other origins.
    return document.createElement("iframe");
  }
}

/** The address of the panel. Throws what a developer has to mend, before anything is shown. */
function addressOf({ src, container, flow, getSessionToken, ...options }) {
  const wrong = (text) => new TypeError(`createPanel: ${text}`);
  if (!FLOWS.includes(flow)) throw wrong(`flow is ${JSON.stringify(flow)}, and not one of ${FLOWS.join(", ")}`);
  if (typeof getSessionToken !== "function") throw wrong("getSessionToken is no function");
  if (typeof container?.append !== "function") throw wrong("container is no element of this page");
  for (const name of wrongOptions(pick(options))) throw wrong(unknownOption(name, options[name]));
  let console;
  try {
    console = new URL(src.endsWith("/") ? src : `${src}/`);
  } catch {
    throw wrong(`src is ${JSON.stringify(src)}, and no address such as https://console.example.com/`);
  }
  if (!/^https?:$/.test(console.protocol)) throw wrong(`src begins with ${console.protocol}, and not with https:`);
  if (console.origin === location.origin) throw wrong("src is on this page's own origin; the panel must be on another origin");
  return Object.assign(new URL(`embed/${flow}`, console), { console });
}

const isSaid = (value) => value !== null && value !== undefined;

/** The names of options that there are not, or that have a value that there is not. */
function wrongOptions(options) {
  const isWrong = ([name, value]) => {
    if (!Object.hasOwn(OPTIONS, name)) return true;
    const values = OPTIONS[name];
    return isSaid(value) && !(Array.isArray(values) ? values.includes(value) : typeof value === values);
  };
  return Object.entries(options)
    .filter(isWrong)
    .map(([name]) => name);
}

function unknownOption(name, value) {
  const values = OPTIONS[name];
  const wanted = Array.isArray(values) ? `one of: ${values.join(", ")}` : `of type ${values}`;
  if (values) return `${name} is ${JSON.stringify(value)}, and not ${wanted}`;
  return `there is no option ${name}; there are ${Object.keys(OPTIONS).join(", ")}`;
}

/**
 * The frame with what is over it until the panel is there: lines in its place, and later that it is not there yet, and how to
 * try again. The frame is seen below that, as the browser or the panel may say why.
 */
function coverOf(frame, load) {
  const make = (name, style, ...inside) => {
    const element = document.createElement(name);
    Object.assign(element.style, style);
    element.append(...inside);
    return element;
  };
  const line = (width) => make("div", { width, height: "1em", borderRadius: "4px", background: "currentColor", opacity: "0.1" });
  const over = { position: "absolute", inset: "0 0 auto", padding: "24px", display: "grid", gap: "16px" };
  const lines = make("div", over, ...["35%", "80%", "65%", "75%"].map(line));
  const around = make("div", { position: "relative" }, frame, lines);
  let notice = null;
  let speak = (_) => {};
  // What the browser shows in it otherwise.
  frame.style.opacity = "0";
  const lift = () => {
    frame.style.opacity = "";
    lines.remove();
    notice?.remove();
    notice = null;
  };
  return {
    around,
    lift,
    speak: (locale) => speak(locale),
    tell(locale) {
      if (notice) return;
      lift();
      const said = make("p", { margin: "0" });
      said.setAttribute("role", "alert");
      const button = make("button", { font: "inherit", padding: "8px 16px", justifySelf: "start" });
      speak = (locale) => {
        const tag = locale ?? (document.documentElement.lang || navigator.language);
        const [text, press] = TEXTS[tag.slice(0, 2).toLowerCase()] ?? TEXTS.en;
        said.replaceChildren(text);
        button.replaceChildren(press);
      };
      speak(locale);
      button.type = "button";
      button.addEventListener("click", () => {
        lift();
        load();
        // The button that had it is gone.
        frame.focus();
      });
      notice = make("div", { ...over, background: "Canvas", color: "CanvasText" }, said, button);
      around.append(notice);
    },
  };
}

function originOf(address) {
  try {
    return new URL(address).origin;
  } catch {
    return null;
  }
}

/**
 * The options among some settings.
 * @param {{ theme?: any, density?: any, locale?: any, look?: any }} settings
 */
function pick({ theme, density, locale, look }) {
  const said = Object.entries({ theme, density, locale, look }).filter(([, value]) => isSaid(value));
  return JSON.parse(JSON.stringify(Object.fromEntries(said)));
}

function parse(text) {
  if (typeof text !== "string" || text.length > LONGEST) return null;
  try {
    const message = JSON.parse(text);
    return typeof message === "object" ? message : null;
  } catch {
    return null;
  }
}
