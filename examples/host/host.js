// A page that embeds a panel. It knows the console's address and no secret: the API key is with its backend (server.mjs).
import { createPanel } from "./sales-insight-panel.js";

const { console: src } = await (await fetch("settings.json")).json();
const flow = /** @type {import("./sales-insight-panel.js").PanelFlow} */ (
  new URLSearchParams(location.search).get("flow") ?? "invite-csv"
);
const field = (id) => /** @type {any} */ (document.getElementById(id));

async function getSessionToken() {
  const answer = await fetch("panel-session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ flow }),
  });
  // Also what the API has refused: the script says which setting is wrong.
  return answer.json();
}

/** Events are shown below the panel. */
function on(event) {
  const line = document.createElement("li");
  line.textContent = JSON.stringify(event);
  field("events").append(line);
  // The panel's path is part of the page's address, so that it can be linked to.
  if (event.type === "route.changed") history.replaceState(null, "", `?flow=${flow}#${event.path}`);
}

const panel = createPanel({
  src,
  container: field("panel"),
  flow,
  getSessionToken,
  path: location.hash.slice(1) || undefined,
  theme: field("theme").value,
  density: field("density").value,
  locale: field("locale").value,
  on,
});
for (const name of ["theme", "density", "locale"]) {
  field(name).addEventListener("change", () => panel.update({ [name]: field(name).value }));
}
addEventListener("hashchange", () => panel.navigate(location.hash.slice(1)));
field("remove").addEventListener("click", () => panel.destroy());
