// Starts the app. An external file, because the Content-Security-Policy admits no inline script.
const tag = document.querySelector("script[data-wasm]");
// The folder of the console. No <base> names it: the policy allows none, as one that somebody injects would lead files elsewhere.
const base = new URL(document.documentElement.dataset.base, location.origin);
// A panel has its theme and its session from the page around it.
const isPanel = location.pathname.startsWith(new URL("embed/", base).pathname);

// The theme that was chosen in this browser (src/platform/theme.rs), before anything is painted.
function applyTheme() {
  const theme = localStorage.getItem("msi-theme");
  if (!isPanel && /^(?:light|dark)$/.test(theme)) document.documentElement.dataset.theme = theme;
}
try {
  applyTheme();
} catch {
  // The browser stores nothing.
}

const starting = document.getElementById("starting");
const failure = document.getElementById("failure");
// index.html shows it by itself after a while, for the case that not even this script could be loaded.
failure.hidden = true;
failure.classList.remove("failure-late");

// Where text becomes markup or the address of a script, the browser asks this policy; what it does not answer is refused
// and reported. Markup comes from views without anything dynamic in them: tags and attributes that can run nothing, each
// written out in full, so that the browser's parser can see nothing else in the text than this does.
const MARKUP = new RegExp(
  "^(?:[^<]|</?(?:a|abbr|b|bdi|br|caption|code|dd|div|dl|dt|em|g|h[1-6]|hr|i|kbd|li|ol|p|path|pre|section|small|span|strong|" +
    "sub|sup|svg|t(?:able|body|d|foot|h|head|r)|ul)(?: (?:aria-[a-z]+|class|colspan|d|dir|focusable|hidden|id|lang|role|" +
    'rowspan|scope|tabindex|title|translate|viewBox)(?:="[^"]*")?| href="(?:https://|/|#)[^"]*")*>)*$',
);
const SCRIPTS = [tag.dataset.worker, tag.dataset.sheets, tag.dataset.offline ?? "sw.js", "sw.js"].map(
  (path) => new URL(path, base).href,
);
globalThis.trustedTypes?.createPolicy("default", {
  createHTML: (text) => (MARKUP.test(text) ? text : null),
  createScriptURL: (address) => SCRIPTS.find((script) => script === new URL(address, base).href) ?? null,
});

function fail(error) {
  starting.hidden = true;
  failure.hidden = false;
  document.getElementById("failure-detail").textContent = String(error?.message ?? error);
}
document.getElementById("failure-reload").addEventListener("click", async () => {
  await forgetVersion().catch(() => {});
  location.reload();
});

/** Removes the version that is kept for use without a network, which may be what is broken, if the host can give another. */
async function forgetVersion() {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!registration || !(await fetch(new URL("sw.js", base), { cache: "no-store" })).ok) return;
  await registration.unregister();
  const prefix = `msi ${new URL(registration.scope).pathname} `;
  for (const name of await caches.keys()) if (name.startsWith(prefix)) await caches.delete(name);
}

// At the screen that checks a file in this browser nothing is asked of the backend, and nothing is kept for later visits:
// it makes no request once it is shown (src/platform/address.rs).
const path = location.pathname.slice(base.pathname.length).replace(/\/$/, "");
const isSilent = path === "validate";
// A console on another site opens it, for a moment: nothing is kept there.
const isWindow = path === "sign-in/window";

// What the app asks first is asked while its code is on its way: the configuration, who is signed in, and, where somebody is,
// the code of the frame around every screen. The app takes the answers from here (src/platform/begun.rs).
function begin() {
  const config = fetch(new URL("config.json", base), { cache: "no-cache" });
  if (isSilent) return { config };
  if (isPanel) fetchPieces(tag.dataset.panel);
  const session = config
    .then((answer) => answer.clone().json())
    .then(({ api: { base_url: address }, embed }) => {
      if (isPanel) announce(embed?.allowed_origins ?? []);
      // The app judges the address; before that only what it surely takes is asked.
      if (isPanel || !/^(\/(?!\/)|https:\/\/)/.test(address)) return undefined;
      return fetch(`${address.replace(/\/+$/, "")}/session`, {
        credentials: "include",
        headers: { Accept: "application/json", "X-MSI-CSRF": "1" },
        signal: AbortSignal.timeout(10_000),
      });
    });
  session.then(
    (answer) => answer?.status === 200 && fetchPieces(tag.dataset.frame),
    () => {},
  );
  return { config, session };
}

/** Tells the page around a panel that the panel is on its way, which may take a while on a slow line. */
function announce(origins) {
  const around = [...(location.ancestorOrigins ?? [])];
  const isOrigin = (text) => URL.canParse(text) && new URL(text).origin === text;
  // As the panel judges the list (src/embed/handshake.rs).
  if (self === top || !origins.every(isOrigin) || !around.every((origin) => origins.includes(origin))) return;
  for (const origin of around.length ? around.slice(0, 1) : origins) {
    parent.postMessage('{"protocol":"msi-panel","type":"loading"}', origin);
  }
}

function fetchPieces(names) {
  for (const name of names.split(" ").filter(Boolean)) {
    const link = document.createElement("link");
    // The app itself comes first.
    Object.assign(link, { rel: "preload", as: "fetch", crossOrigin: "anonymous", fetchPriority: "low" });
    link.href = new URL(name, new URL(tag.dataset.wasm, base)).href;
    document.head.append(link);
  }
}
globalThis.begun = begin();

/**
 * Loads what keeps the console for use without a network, once the first screen is shown. At the screen that makes no request,
 * only where the console is kept already, and before: it has to hear of another version too.
 */
function keepVersion() {
  // In a frame of another site nothing is kept.
  const worker = navigator.serviceWorker;
  if (isWindow || !tag.dataset.offline || self !== top || !worker || (isSilent && !worker.controller)) return;
  const load = () => {
    const { offline, offlineIntegrity: integrity } = tag.dataset;
    const src = new URL(offline, base).href;
    document.head.append(Object.assign(document.createElement("script"), { type: "module", integrity, src }));
  };
  if (isSilent) return load();
  const shown = new MutationObserver(() => {
    if (starting.isConnected) return;
    shown.disconnect();
    (globalThis.requestIdleCallback ?? setTimeout)(load);
  });
  shown.observe(document.body, { childList: true });
}

/** A style sheet that is not what was built is refused. Some browsers run scripts before it has come. */
async function checkStyle() {
  const link = document.querySelector("link[rel=stylesheet]");
  if (!link.sheet && document.readyState !== "complete") {
    await new Promise((loaded) => addEventListener("load", loaded, { once: true }));
  }
  if (!link.sheet) throw new Error("style");
}

/** The newest of what the console needs (docs/browsers.md): colours that follow the theme, and requests with two ends. */
function checkBrowser() {
  if (CSS.supports("color", "light-dark(#000, #fff)") && AbortSignal.any) return;
  document.getElementById("failure-title").textContent = "This browser is too old for this console";
  document.getElementById("failure-text").textContent = "Update it, or use a current version of Chrome, Edge, Firefox or Safari.";
  throw new Error("light-dark, AbortSignal.any");
}

try {
  checkBrowser();
  const { js, wasm, wasmIntegrity: integrity } = tag.dataset;
  const code = fetch(new URL(wasm, base), { integrity });
  // If the import below fails first, nothing waits for it.
  code.catch(() => {});
  await checkStyle();
  const app = await import(new URL(js, base).href);
  keepVersion();
  await app.default({ module_or_path: code });
} catch (error) {
  fail(error);
}
