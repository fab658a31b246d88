// The page of the example host, with the Lightning component in place of its script.
import { createElement } from "lwc";

import SalesInsightPanel from "c/salesInsightPanel";

/** Like Lightning Web Security: no frame may have a sandbox with allow-same-origin, nor lose its sandbox. */
const { setAttribute, removeAttribute } = Element.prototype;
HTMLIFrameElement.prototype.setAttribute = function (name, value) {
  if (name !== "sandbox") return setAttribute.call(this, name, value);
  setAttribute.call(this, name, value.replace("allow-same-origin", ""));
  if (value.includes("allow-same-origin")) throw new Error('HTMLIFrameElement.sandbox cannot be set to "allow-same-origin"');
};
HTMLIFrameElement.prototype.removeAttribute = function (name) {
  if (name === "sandbox") throw new Error("Cannot remove 'sandbox' attribute from HTMLIFrameElement.");
  removeAttribute.call(this, name);
};

const { console: consoleUrl } = await (await fetch("settings.json")).json();
const flow = new URLSearchParams(location.search).get("flow") ?? "invite-csv";
const field = (id) => document.getElementById(id);

const element = createElement("c-sales-insight-panel", { is: SalesInsightPanel });
Object.assign(element, { consoleUrl, flow, path: location.hash.slice(1) || undefined });
element.addEventListener("panelevent", ({ detail }) => {
  const line = document.createElement("li");
  line.textContent = JSON.stringify(detail);
  field("events").append(line);
});
for (const name of ["theme", "density", "locale"]) {
  field(name).addEventListener("change", ({ target }) => (element[name] = target.value));
}
field("remove").addEventListener("click", () => element.remove());
field("panel").append(element);
