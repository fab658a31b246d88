// A stand-in for a page, as far as the script of embedding pages needs one, in Node. Also for `node --import`, which opens one.
export const scope = /** @type {any} */ (globalThis);
/** The window of the page: what listens to it, and what is in it. */
let page;

/** Opens another page in place of the one before, and returns its window. */
export function openPage() {
  page = Object.assign(new EventTarget(), { listeners: 0, faults: [], frames: new Set() });
  scope.addEventListener = (type, hear) => {
    page.listeners += 1;
    page.addEventListener(type, hear);
  };
  scope.removeEventListener = (type, hear) => {
    page.listeners -= 1;
    page.removeEventListener(type, hear);
  };
  scope.dispatchEvent = (event) => page.dispatchEvent(event);
  scope.location = new URL("https://crm.example.com/");
  scope.document = Object.assign(new Counted(), {
    documentElement: { lang: "en" },
    body: { append: (frame) => page.frames.add(frame) },
    createElement: (name) => new Thing(name),
  });
  scope.reportError = (error) => page.faults.push(error.message);
  return page;
}

/** How much listens to it counts for the page. */
class Counted extends EventTarget {
  addEventListener(type, hear) {
    page.listeners += 1;
    super.addEventListener(type, hear);
  }
  removeEventListener(type, hear) {
    page.listeners -= 1;
    super.removeEventListener(type, hear);
  }
}

/** The stand-in for an element. */
class Thing extends EventTarget {
  style = {};
  attributes = {};
  children = [];
  contentWindow = new Inside();

  constructor(name) {
    super();
    this.name = name;
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  append(...children) {
    this.children.push(...children);
  }
  prepend(...children) {
    this.children.unshift(...children);
  }
  replaceChildren(...children) {
    this.children = children;
  }
  remove() {
    page.frames.delete(this);
    for (const frame of page.frames) frame.children = frame.children.filter((child) => child !== this);
  }
  focus() {}
  get isConnected() {
    return [...page.frames].some((frame) => frame === this || frame.children.includes(this));
  }
  /** What is written in it. */
  get text() {
    return this.children.map((child) => child.text ?? child).join("|");
  }
  find(name) {
    return this.name === name ? this : this.children.map((child) => child.find?.(name)).find(Boolean);
  }
}

/** The panel's window in the frame, which answers nothing by itself. */
export class Inside {
  sent = [];
  postMessage(text, target, ports = []) {
    this.sent.push({ message: JSON.parse(text), target, port: ports[0] });
  }
}

openPage();
