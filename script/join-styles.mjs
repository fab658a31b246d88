// Joins style sheets into one, with the conditions of `@custom-media` and the numbers of layers in the place of their names:
// no browser knows the former, and the latter never change. Whatever else is new in them stays as it is, as it is not for
// older browsers.
//
//   node script/join-styles.mjs [--minify] OUTPUT STYLE...
import { readFileSync, writeFileSync } from "node:fs";

import { Features, transform } from "lightningcss";

const minify = process.argv[2] === "--minify";
const [output, ...sheets] = process.argv.slice(minify ? 3 : 2);
const LAYER = /^ *(--layer-[\w-]+): (\d+);\n/gm;
const named = sheets.map((sheet) => readFileSync(sheet, "utf8")).join("");
const numbers = new Map([...named.matchAll(LAYER)].map(([, name, number]) => [name, number]));
const code = named.replaceAll(LAYER, "").replaceAll(/var\((--layer-[\w-]+)\)/g, (_, name) => {
  if (!numbers.has(name)) throw new Error(`there is no layer ${name}`);
  return numbers.get(name);
});
const names = { drafts: { customMedia: true }, include: Features.CustomMediaQueries };
writeFileSync(output, transform({ filename: output, code: Buffer.from(code), minify, ...names }).code);
