// The panel as a custom element: <sales-insight-panel src="https://console.example.com/" flow="users">. What cannot be an attribute
// is a property: `getSessionToken`, without which nothing is shown, and `look`. Every event of the panel is one of the element,
// with the same name; what it says is in `detail`.
import { createPanel } from "./sales-insight-panel.js";

/** The attributes that change the panel that is shown; another `src` or `flow` shows another one. */
const OPTIONS = ["theme", "density", "locale"];
const PROPERTIES = ["getSessionToken", "look"];

export class SalesInsightPanelElement extends HTMLElement {
  static observedAttributes = ["src", "flow", "path", ...OPTIONS];
  #panel = null;
  #getSessionToken = null;
  #look = null;
  /** Where the panel is, as it has said itself. */
  #path = null;

  get getSessionToken() {
    return this.#getSessionToken;
  }
  set getSessionToken(getSessionToken) {
    this.#getSessionToken = getSessionToken;
    if (!this.#panel) this.#show();
  }

  get look() {
    return this.#look;
  }
  set look(look) {
    this.#look = look;
    if (look) this.#panel?.update({ look });
  }

  /** The frame; `null` until the panel is shown. */
  get frame() {
    return this.#panel?.frame ?? null;
  }

  connectedCallback() {
    // What was set before the browser knew the element hides these properties.
    for (const name of PROPERTIES) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    this.style.display ||= "block";
    this.#show();
  }

  disconnectedCallback() {
    this.#hide();
  }

  attributeChangedCallback(name, before, value) {
    if (before === value) return;
    if (!this.#panel) return this.#show();
    if (OPTIONS.includes(name)) this.#panel.update({ [name]: value ?? undefined });
    else if (name !== "path") {
      this.#hide();
      this.#show();
    } else if (value !== null && value !== this.#path) this.#panel.navigate(value);
  }

  /** As those of what `createPanel` returns, once the element is in the page. */
  async rows(table) {
    await this.#shown().rows(table);
  }
  async logout() {
    await this.#panel?.logout();
  }
  /** @param {any} direction */
  focus(direction = "forward") {
    this.#panel?.focus(direction === "backward" ? direction : "forward");
  }

  #shown() {
    if (this.#panel) return this.#panel;
    throw new Error("the panel is not shown: is the element in the page, with src, flow and getSessionToken?");
  }

  #show() {
    const [src, flow] = [this.getAttribute("src"), this.getAttribute("flow")];
    if (this.#panel || !this.isConnected || !src || !flow || !this.#getSessionToken) return;
    const named = (name) => this.getAttribute(name) ?? undefined;
    const pixels = (name) => (this.hasAttribute(name) ? Number(this.getAttribute(name)) : undefined);
    this.#path = this.getAttribute("path");
    this.#panel = createPanel(
      /** @type {any} */ ({
        src,
        flow,
        container: this,
        getSessionToken: () => this.#getSessionToken(),
        path: named("path"),
        title: named("title"),
        minHeight: pixels("min-height"),
        maxHeight: pixels("max-height"),
        look: this.#look ?? undefined,
        ...Object.fromEntries(OPTIONS.map((name) => [name, named(name)])),
        on: (event) => {
          if (event.type === "route.changed") this.#path = event.path;
          this.dispatchEvent(new CustomEvent(event.type, { detail: event }));
        },
      }),
    );
  }

  #hide() {
    this.#panel?.destroy();
    this.#panel = null;
  }
}

if (!customElements.get("sales-insight-panel")) customElements.define("sales-insight-panel", SalesInsightPanelElement);
