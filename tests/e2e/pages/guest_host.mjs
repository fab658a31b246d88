// A page of another site that shows a panel between two buttons, in its main part or in a modal dialog, in English only.
import { until } from "../harness/server.mjs";

const HTML = `<!doctype html>
<html lang="en">
  <meta charset="utf-8"><title>Guest</title>
  <script type="module" src="guest.js"></script>
  <main><button>Before</button><div></div><button>After</button></main>
  <dialog aria-label="Host"><button>Before</button><div></div><button>After</button></dialog>
</html>`;
const SCRIPT = `import { createPanel } from "./sales-insight-panel.js";
const { console: src } = await (await fetch("settings.json")).json();
const query = new URLSearchParams(location.search);
const [place, other] = query.has("modal") ? ["dialog", "main"] : ["main", "dialog"];
document.querySelector(other).remove();
const dialog = document.querySelector("dialog");
if (dialog) dialog.style.width = "90%", dialog.showModal();
window.events = [];
window.escapes = 0;
addEventListener("keydown", ({ key }) => { if (key === "Escape") window.escapes += 1; });
const flow = query.get("flow");
window.panel = createPanel({
  // So that walks see the height of the content alone.
  src, container: document.querySelector(place + " div"), flow, minHeight: 0,
  getSessionToken: async () => (await fetch("panel-session", { method: "POST", body: JSON.stringify({ flow }) })).json(),
  on: (event) => window.events.push(event),
});`;

/** The files of the page, for the settings of an example host. */
export const GUEST_PAGES = { "guest.html": HTML, "guest.js": SCRIPT };

export class GuestHost {
  constructor(driver) {
    this.driver = driver;
  }

  /** Opens the page with a flow, and waits until the panel is ready. */
  async open(origin, flow, options) {
    await this.begin(origin, flow, options);
    await this.seeEvents("ready");
  }

  /** Opens the page with a flow, and waits for nothing of the panel. */
  async begin(origin, flow, { modal = false } = {}) {
    await this.driver.goto(`${origin}/guest.html?flow=${flow}${modal ? "&modal" : ""}`);
    await this.driver.see({ role: "button", name: "Before" });
  }

  /** The panel's events of a type so far. */
  async events(type) {
    return this.driver.onPage((type) => window.events.filter((event) => event.type === type), type);
  }

  /** Waits until there are so many events of a type, and returns them. */
  async seeEvents(type, count = 1) {
    const found = () => this.driver.onPage((type) => (window.events ?? []).filter((event) => event.type === type), type);
    return until(
      async () => ((await found()).length >= count ? found() : null),
      () => `${count} events ${type}`,
    );
  }

  /** Waits until the panel has asked for a session; for walks that record the ports. */
  async seeCalled() {
    const hasCalled = () => this.driver.onPage(() => window.ported.heard.some(({ type }) => type === "token.request"));
    await until(hasCalled, () => "the panel to ask for a session");
  }

  /** Moves the focus into the panel by its function. */
  async focus(direction) {
    await this.driver.onPage((direction) => window.panel.focus(direction), direction);
  }

  async navigate(path) {
    await this.driver.onPage((path) => window.panel.navigate(path), path);
  }

  async update(options) {
    await this.driver.onPage((options) => window.panel.update(options), options);
  }

  /** Puts the focus on one of the two buttons. */
  async focusOn(name) {
    await this.driver.focusOn({ role: "button", name });
  }

  /** Waits until one of the two buttons has the focus. */
  async seeFocusOn(name) {
    await this.driver.seeFocus({ role: "button", name });
  }

  /** How often the page itself has heard Escape, and whether its dialog is open. */
  async escaped() {
    return this.driver.onPage(() => ({ heard: window.escapes, isOpen: document.querySelector("dialog").open }));
  }
}
