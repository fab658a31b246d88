// Which files a piece of the app consists of: its own, and those that it shares with others, as the splitter's loader
// lists them.
//
//   node script/pieces.mjs __wasm_split.js PIECE
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The names of a piece's files, by the text of the loader. */
export function pieces(loader, name) {
  const [, shared] = loader.match(new RegExp(`__wasm_split_load_${name} ?= ?[^]*?,\\s*\\[([^\\]]*)\\]`));
  const chunks = shared
    .split(",")
    .map((part) => part.trim().replace(/^__/, ""))
    .filter(Boolean);
  return [`split_${name}.wasm`, ...chunks.map((chunk) => `${chunk}.wasm`)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [loader, name] = process.argv.slice(2);
  console.log(pieces(readFileSync(loader, "utf8"), name).join(" "));
}
