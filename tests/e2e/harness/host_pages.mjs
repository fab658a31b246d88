// Pages of other sites that show the panel by what is in panel/, for the settings of an example host.
import { readFileSync } from "node:fs";

const file = (name) => readFileSync(new URL(`../../../panel/${name}`, import.meta.url), "utf8");
const RAW = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title><body></body></html>';

/** The files of the page, for the settings of an example host. */
export const RAW_PAGES = {
  "raw.html": RAW,
  "testing.js": file("testing.js"),
  "sales-insight-panel.js": file("sales-insight-panel.js"),
};

const ELEMENT = `<!doctype html>
<html lang="en">
  <meta charset="utf-8"><title>Element</title>
  <script type="module" src="page.js"></script>
  <main><sales-insight-panel flow="invite-csv"></sales-insight-panel></main>
</html>`;
// The properties are set before the browser knows the element.
const ELEMENT_SCRIPT = `const { console: src } = await (await fetch("settings.json")).json();
const panel = document.querySelector("sales-insight-panel");
window.events = [];
panel.getSessionToken = async () =>
  (await fetch("panel-session", { method: "POST", body: JSON.stringify({ flow: "invite-csv" }) })).json();
for (const type of ["ready", "error", "invite.completed", "logged.out", "auth.required"])
  panel.addEventListener(type, ({ detail }) => window.events.push(detail));
panel.setAttribute("src", src);
await import("./element.js");`;

/** The files of the page, for the settings of an example host. */
export const ELEMENT_PAGES = {
  "element.html": ELEMENT,
  "page.js": ELEMENT_SCRIPT,
  "element.js": file("element.js"),
};
