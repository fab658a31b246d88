// What the pages of a browser do with some functions of the platform, recorded in every frame. Only in Chromium.

/** From now on, records the target of every message from one window to another: the page's origin, and the target. */
export async function recordTargets({ context }) {
  const targets = [];
  await context.exposeBinding("noteTarget", (_, page, target) => targets.push({ page, target }));
  await context.addInitScript(() => {
    const note = (target) =>
      window.noteTarget(location.origin, typeof target === "object" ? String(target?.targetOrigin) : String(target));
    const own = window.postMessage.bind(window);
    window.postMessage = (message, target, ...more) => {
      note(target);
      own(message, target, ...more);
    };
    // The functions of a window of another origin cannot be replaced, but the ways to it can.
    const wrapped = new WeakMap();
    const wrap = (other) => {
      if (!other || other === window || other instanceof MessagePort) return other;
      if (!wrapped.has(other)) {
        wrapped.set(other, {
          postMessage: (message, target, ...more) => {
            note(target);
            other.postMessage(message, target, ...more);
          },
        });
      }
      return wrapped.get(other);
    };
    for (const [owner, name] of /** @type {[any, string][]} */ ([
      [window, "parent"],
      [MessageEvent.prototype, "source"],
      [HTMLIFrameElement.prototype, "contentWindow"],
    ])) {
      const { get } = Object.getOwnPropertyDescriptor(owner, name);
      Object.defineProperty(owner, name, {
        configurable: true,
        get() {
          return wrap(get.call(this));
        },
      });
    }
  });
  return targets;
}

/** From now on, records the calls of alert, confirm and prompt. */
export async function recordPrompts({ context }) {
  const prompts = [];
  await context.exposeBinding("notePrompt", (_, name) => prompts.push(name));
  await context.addInitScript(() => {
    for (const name of ["alert", "confirm", "prompt"]) {
      window[name] = () => {
        window.notePrompt(name);
        return null;
      };
    }
  });
  return prompts;
}

/**
 * From now on, records what every page sends and gets by message ports, and in which of its animation frames: `said` and
 * `heard` in `window.ported`, where `frame` is the number of the current one.
 */
export async function recordPorts({ context }) {
  await context.addInitScript(() => {
    window.ported = { frame: 0, said: [], heard: [] };
    const next = () => {
      window.ported.frame += 1;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    const note = (list, data) => {
      if (typeof data === "string" && data.startsWith("{")) list.push({ frame: window.ported.frame, ...JSON.parse(data) });
    };
    const { postMessage } = MessagePort.prototype;
    MessagePort.prototype.postMessage = function (data, ...more) {
      note(window.ported.said, data);
      return postMessage.call(this, data, ...more);
    };
    const { get, set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
    Object.defineProperty(MessagePort.prototype, "onmessage", {
      configurable: true,
      get,
      set(hear) {
        set.call(
          this,
          hear &&
            /** @this {any} */
            function (event) {
              note(window.ported.heard, event.data);
              return hear.call(this, event);
            },
        );
      },
    });
  });
}

/** Emulates a browser without a function of the platform, by its name: `window.caches`, `Navigator.prototype.locks`. */
export async function takeAway({ context }, path) {
  await context.addInitScript((path) => {
    const names = path.split(".").filter((name) => name !== "window");
    const last = names.pop();
    const owner = names.reduce((owner, name) => owner[name], window);
    if (!(last in owner) || !delete owner[last]) throw new Error(`${path} cannot be taken away`);
  }, path);
}
