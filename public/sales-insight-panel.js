// Embeds a panel of Sales Insight Actions Admin in a page of another site. Without dependencies, for copying to that site.
// The panel is a frame; both speak by JSON texts on a message port, which this script hands over to the panel's origin alone.

const PROTOCOL = "msi-panel";
const VERSIONS = [1];
const LONGEST = 65_536;
const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads";
/** Longer than the panel itself waits, once its code has come. */
const PATIENCE_MS = 20_000;

/**
 * Shows a panel in `container`. `src` is the address of the console, `getSessionToken` resolves to the session that the
 * page's own backend has obtained; see the types beside this file, and docs/embedding.md.
 */
export function createPanel(settings) {
  const { src, container, flow, getSessionToken, title = "Sales Insight Actions", maxHeight = Infinity, on = {} } = settings;
  const address = new URL(`embed/${flow}`, src.endsWith("/") ? src : `${src}/`);
  if (address.origin === location.origin) throw new Error("the panel must be on another origin than this page");
  let options = pick(settings);
  let port = null;
  /** Where the panel is; also one that is loaded again opens there. */
  let { path } = settings;

  const frame = makeFrame();
  frame.title = title;
  frame.allow = "clipboard-write";
  frame.referrerPolicy = "strict-origin";
  // By script and not by attribute, which a strict policy of the page may forbid.
  Object.assign(frame.style, { border: "0", display: "block", width: "100%", height: "12rem", colorScheme: "auto" });

  const tell = (type, detail) => {
    if (typeof on === "function") on({ type, ...detail });
    else on[type]?.({ type, ...detail });
  };
  const fail = (code, message) => tell("error", { code, message });
  const say = (message) => port?.postMessage(JSON.stringify(message));

  /** A session, or none: the panel then tells its user that they are not signed in. */
  const askHost = async () => {
    try {
      return await getSessionToken();
    } catch {
      return null;
    }
  };
  // The panel's first request comes when its code is there; the host's backend is asked meanwhile.
  let early = askHost();

  const answerToken = async (call) => {
    const from = port;
    const asked = early ?? askHost();
    early = null;
    const session = await asked;
    // A panel that has been loaded again asks again.
    if (port === from) say({ type: "token", call, token: session?.token, expires_at: session?.expires_at });
  };

  const hear = ({ data }) => {
    const message = parse(data);
    if (!message) return fail("message_malformed", "a message of the panel could not be read");
    const { type, ...detail } = message;
    if (type === "token.request") return void answerToken(detail.call);
    if (type === "resize") frame.style.height = `${Math.min(detail.height, maxHeight)}px`;
    if (type === "route.changed") ({ path } = detail);
    tell(type, detail);
  };

  const disconnect = () => {
    if (!port) return;
    port.onmessage = null;
    port.close();
    port = null;
  };

  const greet = ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== address.origin) return;
    const hello = parse(data);
    if (hello?.protocol !== PROTOCOL || hello.type !== "hello" || !Array.isArray(hello.v)) return;
    const { nonce } = hello;
    const answer = (message, ports = []) =>
      source.postMessage(JSON.stringify({ protocol: PROTOCOL, nonce, ...message }), address.origin, ports);
    const v = VERSIONS.find((version) => hello.v.includes(version));
    if (v === undefined) {
      answer({ type: "refuse", code: "version_unsupported" });
      return fail("version_unsupported", "the panel speaks no version of this script");
    }
    // The frame may have been loaded again.
    disconnect();
    clearTimeout(timer);
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = hear;
    answer({ type: "accept", v }, [channel.port2]);
    say({ type: "init", options, path });
  };

  const timer = setTimeout(() => fail("handshake_timeout", "the panel has not answered"), PATIENCE_MS);
  addEventListener("message", greet);
  frame.src = address.href;
  container.append(frame);

  return {
    frame,
    /** Changes how the panel looks. */
    update(changes) {
      const changed = pick(changes);
      options = { ...options, ...changed };
      say({ type: "options", options: changed });
    },
    /** Opens a path of the panel, as in the event `route.changed`. */
    navigate(wanted) {
      // A panel that is not there yet opens there.
      if (!port) path = wanted;
      say({ type: "navigate", path: wanted });
    },
    /** Moves the focus into the panel. */
    focus(direction = "forward") {
      frame.focus();
      say({ type: "focus", direction });
    },
    /** Removes the panel and everything that it has added to the page. */
    destroy() {
      removeEventListener("message", greet);
      clearTimeout(timer);
      disconnect();
      frame.remove();
    },
  };
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

/** The options among some settings. */
function pick({ theme, density, locale }) {
  // Without what is not said.
  return JSON.parse(JSON.stringify({ theme, density, locale }));
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
