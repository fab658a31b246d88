// The Lightning component of examples/lightning as a page: compiled by Salesforce's compiler, with stand-ins for the modules
// that only their platform has.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import { transformSync } from "@lwc/compiler";
import { build as bundle } from "esbuild";

import { withoutModule } from "../../../../script/host-sdk.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const EXAMPLES = path("../../../../examples");
const COMPONENT = `${EXAMPLES}/lightning/force-app/main/default/lwc/salesInsightPanel/salesInsightPanel`;
const RESOURCE = "salesInsightPanel.js";

/** The modules of the platform by name. */
const PLATFORM = {
  "lightning/platformResourceLoader": `
    export function loadScript(component, src) {
      return new Promise((done, fail) => {
        const script = document.createElement("script");
        document.head.append(Object.assign(script, { src, onload: done, onerror: () => fail(new Error(src)) }));
      });
    }`,
  "@salesforce/i18n/lang": 'export default "en";',
  "@salesforce/resourceUrl/salesInsightPanel": `export default "${RESOURCE}";`,
  // Here the Apex class is the backend of the example host.
  "@salesforce/apex/SalesInsightPanelController.openSession": `
    export default async function openSession(parameters) {
      const answer = await fetch("panel-session", { method: "POST", body: JSON.stringify(parameters) });
      if (!answer.ok) throw new Error("no session: " + answer.status);
      return answer.json();
    }`,
};

const lightning = {
  name: "lightning",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(lightning|@salesforce)\// }, ({ path }) => ({ path, namespace: "platform" }));
    onLoad({ filter: /./, namespace: "platform" }, ({ path }) => ({ contents: PLATFORM[path] }));
    onResolve({ filter: /^c\/salesInsightPanel$/ }, () => ({ path: `${COMPONENT}.js` }));
    // The compiled files import a style sheet; a component without one has an empty one.
    onResolve({ filter: /\.css(\?.*)?$/ }, ({ path }) => ({ path, namespace: "style" }));
    onLoad({ filter: /./, namespace: "style" }, () => ({ contents: "export default undefined;" }));
    onLoad({ filter: /\/lwc\/.*\.(js|html)$/ }, ({ path }) => {
      const options = { name: "salesInsightPanel", namespace: "c" };
      const { code } = transformSync(readFileSync(path, "utf8"), basename(path), options);
      return { contents: code, loader: "js" };
    });
  },
};

/** The page's files by name. */
export async function build() {
  const { outputFiles } = await bundle({
    entryPoints: [path("page.mjs")],
    bundle: true,
    format: "esm",
    target: "es2022",
    alias: { lwc: "@lwc/engine-dom" },
    nodePaths: [path("../../../../node_modules")],
    plugins: [lightning],
    define: { "process.env.NODE_ENV": '"development"' },
    write: false,
  });
  return {
    "index.html": readFileSync(`${EXAMPLES}/host/index.html`),
    "host.js": outputFiles[0].contents,
    [RESOURCE]: withoutModule(readFileSync(path("../../../../panel/sales-insight-panel.js"), "utf8")),
  };
}
