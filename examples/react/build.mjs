// Bundles the page, for the backend of the examples (`--example react`).
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build as bundle } from "esbuild";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The page's files by name. `sales-insight-panel.js` is served beside them. */
export async function build() {
  const { outputFiles } = await bundle({
    entryPoints: [path("page.jsx")],
    bundle: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    external: ["./sales-insight-panel.js"],
    // React as during development: its StrictMode then mounts every component twice.
    define: { "process.env.NODE_ENV": '"development"' },
    write: false,
  });
  return { "index.html": await readFile(path("index.html")), "page.js": outputFiles[0].contents };
}
