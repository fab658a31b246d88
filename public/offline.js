// Registers the service worker (sw.js), and notices when another version is ready. The app shows that and asks
// (src/platform/version.rs); nothing is reloaded by itself.
const { version } = document.querySelector("script[data-wasm]").dataset;
const worker = navigator.serviceWorker;
const base = new URL(document.baseURI);
const DAY_MS = 24 * 60 * 60 * 1000;

/** Tells the app, which may also find it later. */
function tell(use) {
  globalThis.newVersion = { use };
  dispatchEvent(new Event("newversion"));
}

async function follow() {
  // As long as this page lives, the files of its version are kept.
  navigator.locks.request(`msi ${base.pathname} ${version}`, { mode: "shared" }, () => new Promise(() => {}));
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
    if (registration.waiting) registration.waiting.postMessage("take over");
    else location.reload();
  };
  const look = () => {
    if (registration.waiting && registration.active) tell(takeOver);
  };
  const watch = () => registration.installing?.addEventListener("statechange", look);
  registration.addEventListener("updatefound", watch);
  watch();
  look();

  const check = () => isSilent() || registration.update().catch(() => {});
  setInterval(check, DAY_MS);
  document.addEventListener("visibilitychange", () => document.hidden || check());
}

// Where the browser or its settings allow none, the console works as before, with a network.
if (navigator.locks) follow().catch(() => {});
