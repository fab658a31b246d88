// Registers the service worker (sw.js), and notices when another version is ready. The app shows that and asks
// (src/platform/version.rs); nothing is reloaded by itself.
const { version } = document.querySelector("script[data-wasm]").dataset;
const worker = navigator.serviceWorker;
const base = new URL(document.documentElement.dataset.base, location.origin);
const prefix = `msi ${base.pathname} `;
const own = prefix + version;
const DAY_MS = 24 * 60 * 60 * 1000;
/** How long another version may take to take over: the browser lets it wait for what the one before still answers. */
const TAKE_OVER_MS = 5_000;

// The start page's address is that of the folder, as hosts do not all say: the service worker knows it with its slash only.
if (`${location.pathname}/` === base.pathname) {
  history.replaceState(history.state, "", base.pathname + location.search + location.hash);
}

/** Tells the app, which may also find it later. */
function tell(use) {
  globalThis.newVersion = { use };
  dispatchEvent(new Event("newversion"));
}

/**
 * Where the host has no console here any more, or a page in its place, the next visit is the host's. An open page goes on with
 * the files that are kept; the last one removes them.
 */
async function forget(registration) {
  const { ok, status, headers } = await fetch(new URL("sw.js", base), { cache: "no-store" });
  const isOther = ok && !headers.get("content-type")?.includes("javascript");
  if (!isOther && status !== 404 && status !== 410) return;
  const { held } = await navigator.locks.query();
  if (held.filter(({ name }) => name.startsWith(prefix) && name !== `${prefix}caches`).length <= 1) {
    const names = (await caches.keys()).filter((name) => name.startsWith(prefix));
    // Before the registration goes: nobody would come back to remove what a page leaves that is closed just then. Browsers give
    // this little time; what a busy page does not get to is theirs to evict.
    addEventListener("pagehide", () => names.forEach((name) => caches.delete(name)));
  }
  await registration.unregister();
}

async function follow() {
  // As long as this page lives, the files of its version are kept.
  navigator.locks.request(own, { mode: "shared" }, () => new Promise(() => {}));
  let isControlled = worker.controller !== null;
  let isWanted = false;
  worker.addEventListener("controllerchange", () => {
    if (isWanted) location.reload();
    // Another tab has changed over. This one goes on as it is.
    else if (isControlled) tell(() => location.reload());
    isControlled = true;
  });

  // The screen that checks a file in this browser makes no request: it follows what is registered already, for which the
  // browser itself looks at each visit.
  const isSilent = () => location.pathname.slice(base.pathname.length).replace(/\/$/, "") === "validate";
  // The browser's cache is not asked for the script.
  const register = () => worker.register(new URL("sw.js", base), { updateViaCache: "none" });
  const registration = await (isSilent() ? worker.getRegistration() : register());
  if (!registration) return;
  const takeOver = () => {
    isWanted = true;
    if (!registration.waiting) return location.reload();
    registration.waiting.postMessage("take over");
    // Whoever asks for a reload gets one. If that was not enough, it is offered again.
    setTimeout(() => location.reload(), TAKE_OVER_MS);
  };
  const look = () => {
    if (registration.waiting && registration.active) tell(takeOver);
  };
  const watch = () => registration.installing?.addEventListener("statechange", look);
  registration.addEventListener("updatefound", watch);
  watch();
  look();

  const check = () =>
    isSilent() ||
    registration
      .update()
      .catch(() => forget(registration))
      .catch(() => {});
  if (isControlled) check();
  setInterval(check, DAY_MS);
  document.addEventListener("visibilitychange", () => document.hidden || check());
}

// Where the browser or its settings allow none, the console works as before, with a network.
if (navigator.locks) follow().catch(() => {});
