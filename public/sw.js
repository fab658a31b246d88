// The service worker: keeps one whole version of the console in this browser, so that it opens without a network.
// A version is installed completely or not at all, beside the one in use, and takes over when the person says so or once no
// page of the console is open. The API, other sites and everything but GET are left to the browser, except for files that
// the system shares to the installed console: they go from here to the page that checks them.

// Which files the version consists of, and their hashes; written by script/name-files.mjs. Its name, the page's hash, the
// API's origin and the paths of the backend are those of the host: `server configure` writes them, or `server serve`
// (crates/hosting).
// biome-ignore format: they read it as JSON on one line.
const BUILD = {"version": "", "page": "", "files": {}, "api": "", "backend": ["api/", "flows/", "oauth", "mailbox", "livez", "readyz"]};

const SCOPE = new URL(registration.scope);
/** Caches are named after the folder of the console: an origin may have several. */
const PREFIX = `msi ${SCOPE.pathname} `;
/** A page holds a lock of this name (offline.js) as long as it may need files of its version. */
const OWN = PREFIX + BUILD.version;
const CONFIG = `${PREFIX}config`;
const CONFIG_AT = new URL("config.json", SCOPE).href;
/** Held while the caches are written or tidied. */
const WRITING = `${PREFIX}caches`;
/** The route that checks files, to which the manifest lets the system share one. */
const SHARED_AT = "validate";
/** The page that a console on another site opens on the backend's origin. */
const SIGN_IN_WINDOW = "sign-in/window";
const AT_ONCE = 6;
const CONFIG_MS = 5_000;

addEventListener("install", (event) => event.waitUntil(navigator.locks.request(WRITING, install)));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => {
  if (event.data === "take over") skipWaiting();
  if (event.data === "shared file") event.waitUntil(handOver(event.ports[0]));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const isOurs = url.origin === SCOPE.origin && url.pathname.startsWith(SCOPE.pathname);
  if (!isOurs) return;
  const path = url.pathname.slice(SCOPE.pathname.length);
  const isShared = request.method === "POST" && request.destination === "document" && path === SHARED_AT;
  if (isShared) {
    const taken = takeShared(request);
    event.respondWith(taken);
    // The minute begins once the file is kept, or its end would find a file that is younger.
    event.waitUntil(taken.then(handedOver).then(forgetShared));
  }
  // A part of a file cannot be cut out of what is kept.
  if (request.method !== "GET" || request.headers.has("range")) return;
  if (request.mode === "navigate") {
    // Not in a frame: the kept page has the headers of one that no site may embed.
    if (request.destination !== "document" || !isRoute(path)) return;
    event.respondWith(page(request));
    event.waitUntil(tidy());
  } else if (path === "config.json") {
    event.respondWith(config(request));
  } else if (path.startsWith("assets/") || Object.hasOwn(BUILD.files, path)) {
    event.respondWith(file(request));
  }
});

/** Whether a path is one of the app's, as the hosts decide it; a file has a dot in its name. */
function isRoute(path) {
  if (path === "index.html") return true;
  // It speaks to the page that opened it, from which the headers of the kept page would cut it off.
  if (path.replace(/\/$/, "") === SIGN_IN_WINDOW) return false;
  const isOthers = ["embed/", ...BUILD.backend].some((folder) => `${path}/`.startsWith(folder));
  return !isOthers && !path.startsWith("assets/") && !path.slice(path.lastIndexOf("/") + 1).includes(".");
}

async function install() {
  const cache = await caches.open(OWN);
  const files = [["", BUILD.page], ...Object.entries(BUILD.files)];
  // After a return to an earlier version, whose pages may still be open.
  if ((await cache.keys()).length === files.length) return;
  try {
    await keepConfig();
    const store = async () => {
      for (let next = files.pop(); next; next = files.pop()) await keep(cache, ...next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, store));
  } catch (error) {
    files.length = 0;
    await caches.delete(OWN);
    throw error;
  }
}

async function keep(cache, path, integrity) {
  const url = new URL(path, SCOPE);
  const load = (mode) => fetch(url, { integrity, cache: mode });
  // What has its content in its name may come from the browser's cache, unless that is broken.
  const response = await (path.startsWith("assets/") ? load("default").catch(() => load("reload")) : load("no-cache"));
  if (response.status !== 200) throw new Error(`${response.status} for ${url}`);
  if (path === "" && !allowsApi(response)) throw new Error(`not yet the headers for ${BUILD.api}`);
  // A navigation takes no answer that was redirected.
  await cache.put(url, response.redirected ? new Response(response.body, response) : response);
}

/** Whether the page may ask the API: until a web server has read its new configuration, it sends the headers of the one before. */
function allowsApi({ headers }) {
  const policy = headers.get("content-security-policy");
  return !policy || !BUILD.api || policy.split(/[\s;,]+/).includes(BUILD.api);
}

/** The last good configuration, for the first start without a network. It may be edited on the host, so it is of no version. */
async function keepConfig() {
  const kept = await caches.open(CONFIG);
  const answer = await fetch(CONFIG_AT, { cache: "no-cache" }).catch(() => null);
  if (await isConfig(answer)) await kept.put(CONFIG_AT, answer);
  else if (!(await kept.match(CONFIG_AT))) throw new Error("config.json");
}

/** Whether an answer is a configuration, and not the page of a proxy or of a network that asks to sign in. */
async function isConfig(answer) {
  if (!answer?.ok) return false;
  const value = await answer
    .clone()
    .json()
    .catch(() => null);
  return typeof value === "object" && value !== null;
}

async function config(request) {
  let answer;
  try {
    answer = await fetch(request, { signal: AbortSignal.timeout(CONFIG_MS) });
    if (await isConfig(answer)) {
      // A full storage does not matter: there is an answer.
      await caches
        .open(CONFIG)
        .then((kept) => kept.put(CONFIG_AT, answer.clone()))
        .catch(() => {});
      return answer;
    }
  } catch {
    // No answer.
  }
  return (await caches.match(CONFIG_AT, { cacheName: CONFIG, ignoreVary: true })) ?? answer ?? Response.error();
}

async function page(request) {
  return (await caches.match(SCOPE, { cacheName: OWN, ignoreVary: true })) ?? fetch(request);
}

/** A file by its name: pages of an earlier version, still open, find theirs in its cache. */
async function file(request) {
  const own = await caches.match(request.url, { cacheName: OWN, ignoreVary: true });
  return own ?? (await caches.match(request.url, { ignoreVary: true })) ?? fetch(request);
}

/**
 * The file that was shared last, until the page asks for it, which it does at once. The browser may end this script between
 * the two, so the file is in a cache; a minute later it is removed in any case, or when the next page is opened.
 */
const SHARED = `${PREFIX}shared`;
const SHARED_FOR_MS = 60_000;
/** @type {(value?: any) => void} */
let endWait = () => {};

async function takeShared(request) {
  const file = (await request.formData().catch(() => null))?.get("file");
  const address = new URL(SHARED_AT, SCOPE);
  await caches.delete(SHARED);
  // A form without a file has one without a name.
  if (file?.name) {
    const headers = { "X-Name": encodeURIComponent(file.name), "X-Shared-At": `${Date.now()}` };
    // A full storage does not matter: the page asks for a file.
    await caches
      .open(SHARED)
      .then((cache) => cache.put(address, new Response(file, { headers })))
      .catch(() => {});
  }
  return Response.redirect(address, 303);
}

async function handOver(port) {
  await forgetShared();
  const shared = await findShared();
  const name = shared && decodeURIComponent(shared.headers.get("X-Name"));
  const content = await shared?.blob();
  await caches.delete(SHARED);
  port.postMessage(shared ? new File([content], name, { type: content.type }) : null);
  endWait();
}

const findShared = () => caches.match(new URL(SHARED_AT, SCOPE), { cacheName: SHARED, ignoreVary: true });

/** Waits until the page has the file, for a minute at most. */
function handedOver() {
  endWait();
  return new Promise((over) => {
    endWait = over;
    setTimeout(over, SHARED_FOR_MS);
  });
}

/** Removes a file for which no page has come. */
async function forgetShared() {
  const shared = await findShared();
  if (shared && !(Date.now() - Number(shared.headers.get("X-Shared-At")) < SHARED_FOR_MS)) await caches.delete(SHARED);
}

async function activate() {
  await tidy();
  await clients.claim();
}

/** Removes the caches of versions that no page uses. What fails now is done next time. */
async function tidy() {
  await forgetShared();
  const work = async (lock) => {
    // Another version is being installed, or is waiting: its cache is in use too.
    if (!lock || registration.installing || registration.waiting) return;
    const { held } = await navigator.locks.query();
    const used = new Set([OWN, CONFIG, SHARED, ...held.map(({ name }) => name)]);
    const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && !used.has(name));
    await Promise.all(names.map((name) => caches.delete(name)));
  };
  await navigator.locks.request(WRITING, { ifAvailable: true }, work).catch(() => {});
}
