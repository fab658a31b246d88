// Starts the app. An external file, because the Content-Security-Policy admits no inline script.
const tag = document.querySelector("script[data-wasm]");
const starting = document.getElementById("starting");

// Where text becomes markup or the address of a script, the browser asks this policy; what it does not answer is refused
// and reported. Markup comes from views without anything dynamic in them: tags and attributes that can run nothing, each
// written out in full, so that the browser's parser can see nothing else in the text than this does.
const MARKUP = new RegExp(
  "^(?:[^<]|</?(?:a|abbr|b|bdi|br|caption|code|dd|div|dl|dt|em|g|h[1-6]|hr|i|kbd|li|ol|p|path|pre|section|small|span|strong|" +
    "sub|sup|svg|t(?:able|body|d|foot|h|head|r)|ul)(?: (?:aria-[a-z]+|class|colspan|d|dir|focusable|hidden|id|lang|role|" +
    'rowspan|scope|tabindex|title|translate|viewBox)(?:="[^"]*")?| href="(?:https://|/|#)[^"]*")*>)*$',
);
const SCRIPTS = ["csv_worker_loader.js"].map((name) => new URL(name, import.meta.url).href);
globalThis.trustedTypes?.createPolicy("default", {
  createHTML: (text) => (MARKUP.test(text) ? text : null),
  createScriptURL: (address) => SCRIPTS.find((script) => script === new URL(address, location.href).href) ?? null,
});

function fail(error) {
  starting.hidden = true;
  document.getElementById("failure").hidden = false;
  document.getElementById("failure-detail").textContent = String(error?.message ?? error);
}
document.getElementById("failure-reload").addEventListener("click", () => location.reload());

// What the app asks first is asked while its code is on its way: the configuration, who is signed in, and, where somebody is,
// the code of the frame around every screen. The app takes the answers from here (src/platform/begun.rs).
function begin() {
  const config = fetch("config.json", { cache: "no-cache" });
  const session = config
    .then((answer) => answer.clone().json())
    .then(({ api: { base_url: base } }) => {
      // The app judges the address; only what is surely of this origin is asked before that.
      if (!/^\/(?!\/)/.test(base)) return undefined;
      return fetch(`${base.replace(/\/+$/, "")}/session`, {
        headers: { Accept: "application/json", "X-MSI-CSRF": "1" },
        signal: AbortSignal.timeout(10_000),
      });
    });
  session.then((answer) => answer?.status === 200 && fetchFrame(), () => {});
  return { config, session };
}

function fetchFrame() {
  for (const piece of tag.dataset.frame?.split(" ") ?? []) {
    const link = document.createElement("link");
    // The app itself comes first.
    Object.assign(link, { rel: "preload", as: "fetch", crossOrigin: "anonymous", fetchPriority: "low" });
    link.href = new URL(piece, new URL(tag.dataset.wasm, document.baseURI));
    document.head.append(link);
  }
}
globalThis.begun = begin();

try {
  const app = await import(tag.dataset.js);
  await app.default({ module_or_path: tag.dataset.wasm });
} catch (error) {
  fail(error);
}
