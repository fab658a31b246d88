// Doubles for tests without a server and without a network, for any runner whose tests have a document and ports (browsers; jsdom
// and happy-dom in Node). PanelDouble stands in for the panel in tests of your page; HostDouble for your page in tests of the panel.
import { createPanel as createRealPanel } from "./sales-insight-panel.js";

/** With a frame, which is not for pages. */
const createIn = /** @type {(settings: object, frame: HTMLIFrameElement) => any} */ (createRealPanel);
const PROTOCOL = "msi-panel";

/** The doubles of all panels that `createPanel` of this module has made, the latest last. */
export const doubles = [];

/**
 * As `createPanel` of `sales-insight-panel`, with a double in place of the panel: let your tests import this module in place of
 * that one. The script is the real one: it refuses the same settings, and makes the same errors.
 */
export function createPanel(settings) {
  const double = new PanelDouble();
  double.panel = createIn(settings, double.frame);
  doubles.push(double);
  return double.panel;
}

/** The panel's side of the protocol. Nothing happens by itself but the answers to `rows` and `logout`. */
export class PanelDouble {
  /** What `createPanel` has returned. */
  panel = null;
  /** What the page has said on the port, in its order. */
  said = [];
  /** The people that it has handed over, as objects by column. */
  handedOver = [];
  /** Why rows are refused, if they are. */
  refusesRows = null;
  #port = null;
  #calls = 0;
  #heard = [];

  constructor() {
    this.frame = document.createElement("iframe");
    // It loads nothing, and its window is this double.
    let address = "";
    Object.defineProperty(this.frame, "src", { get: () => address, set: (value) => (address = String(value)) });
    Object.defineProperty(this.frame, "contentWindow", { value: { postMessage: (...what) => this.#answered(...what) } });
  }

  /** Where the panel would be loaded from. */
  get origin() {
    return new URL(this.frame.src).origin;
  }

  /** What a panel does when all is well: greets, asks for a session, and is ready. Resolves to the session. */
  async open() {
    this.greet();
    const session = await this.askForSession();
    if (session.token) this.say("ready", { flow: new URL(this.frame.src).pathname.split("/").at(-1) });
    else this.say("auth.required");
    await this.settled();
    return session;
  }

  /** Says hello to the page; `v` are the versions of the protocol that the panel speaks. */
  greet({ v = [1], origin = this.origin } = {}) {
    const data = JSON.stringify({ type: "hello", protocol: PROTOCOL, v, nonce: "double" });
    dispatchEvent(Object.assign(new Event("message"), { source: this.frame.contentWindow, origin, data }));
  }

  /** Asks the page for a session, and resolves to its answer; `isRefused` says whether the console has refused the one before. */
  async askForSession({ isRefused = false } = {}) {
    this.#calls += 1;
    const call = this.#calls;
    this.say("token.request", { call, is_refused: isRefused });
    const { token, expires_at } = await this.hear((message) => message.type === "token" && message.call === call);
    return { token, expires_at };
  }

  /** Tells the page of an event, as in the types of `PanelEvent`. */
  say(type, detail = {}) {
    if (!this.#port) throw new Error("the page has no panel yet: greet() comes first");
    this.#port.postMessage(JSON.stringify({ type, ...detail }));
  }

  /** Tells the page of a failure, by its code. */
  fail(code, message = "as the test wants it", request_id = undefined) {
    this.say("error", { code, message, request_id });
  }

  /** The browser has loaded the frame, whatever is in it: without greet(), `panel_silent` follows after 20 s. */
  load() {
    this.frame.dispatchEvent(new Event("load"));
  }

  /** The browser has refused the frame for the page's own policy: `frame_refused`. */
  refuseFrame() {
    const violation = { blockedURI: this.origin, effectiveDirective: "frame-src", disposition: "enforce" };
    document.dispatchEvent(Object.assign(new Event("securitypolicyviolation"), violation));
  }

  /** Resolves to the first message of the page that `isIt` accepts, from now on or from before. */
  async hear(isIt) {
    for (;;) {
      const found = this.said.find(isIt);
      if (found) return found;
      await new Promise((heard) => this.#heard.push(heard));
    }
  }

  /** Resolves once what was said before has arrived. */
  async settled() {
    const { port1, port2 } = new MessageChannel();
    await new Promise((arrived) => {
      port2.onmessage = arrived;
      port1.postMessage("");
    });
    port1.close();
    await null;
  }

  #answered(text, target, ports = []) {
    const { type } = JSON.parse(text);
    if (target !== this.origin || type !== "accept") return;
    this.#port?.close();
    this.#port = ports[0];
    this.#port.onmessage = ({ data }) => this.#take(JSON.parse(data));
  }

  #take(message) {
    this.said.push(message);
    if (message.type === "rows") this.#takeRows(message);
    if (message.type === "logout") this.#end();
    for (const heard of this.#heard.splice(0)) heard();
  }

  #end() {
    this.say("auth.required");
    this.say("logged.out");
  }

  #takeRows({ call, schema, rows }) {
    if (this.refusesRows) return this.fail("rows_refused", this.refusesRows);
    for (const row of rows) this.handedOver.push(Object.fromEntries(schema.map((column, at) => [column, row[at]])));
    this.say("rows.taken", { call, rows: this.handedOver.length });
  }
}

/** A page's side of the protocol, without the script and its care: for tests of the panel, and of what a page must not do. */
export class HostDouble {
  /** What the frame has said to the window, with the origin that it came from. */
  heard = [];
  /** The ends of all ports that it was answered with, and what was said on each. */
  ports = [];

  /** Shows the panel of an address in a frame. */
  constructor(address, container = document.body) {
    addEventListener("message", ({ data, origin }) => {
      if (typeof data === "string" && data.startsWith("{")) this.heard.push({ origin, message: JSON.parse(data) });
    });
    this.frame = Object.assign(document.createElement("iframe"), { src: address, title: "Panel", name: "panel" });
    container.append(this.frame);
  }

  /** The number in the panel's greeting, if it has greeted. */
  get nonce() {
    return this.heard.find(({ message }) => message.type === "hello")?.message.nonce;
  }

  /** Answers the greeting with so many ports, and returns the place of the last of them; `text` says whether as text. */
  answer(message, { ports = 1, text = true } = {}) {
    const channels = Array.from({ length: ports }, () => new MessageChannel());
    const answer = { protocol: PROTOCOL, type: "accept", v: 1, ...message };
    const there = channels.map(({ port2 }) => port2);
    this.frame.contentWindow.postMessage(text ? JSON.stringify(answer) : answer, new URL(this.frame.src).origin, there);
    for (const { port1 } of channels) {
      const end = { port: port1, said: [] };
      port1.onmessage = ({ data }) => end.said.push(JSON.parse(data));
      this.ports.push(end);
    }
    return this.ports.length - 1;
  }

  /** Says something on a port: a text as it is, anything else as JSON. */
  say(port, message) {
    this.ports[port].port.postMessage(typeof message === "string" ? message : JSON.stringify(message));
  }
}
