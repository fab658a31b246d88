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

try {
  const app = await import(tag.dataset.js);
  await app.default({ module_or_path: tag.dataset.wasm });
} catch (error) {
  fail(error);
}
