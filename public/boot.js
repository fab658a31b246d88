// Starts the app. An external file, because the Content-Security-Policy admits no inline script.
const tag = document.querySelector("script[data-wasm]");
const starting = document.getElementById("starting");

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
