// Joins style sheets into one, with the conditions of `@custom-media` in the place of their names. Whatever else is new in
// them stays as it is, as it is not for older browsers.
//
//   node script/join-styles.mjs [--minify] OUTPUT STYLE...
import { readFileSync, writeFileSync } from "node:fs";

import { Features, transform } from "lightningcss";

const minify = process.argv[2] === "--minify";
const [output, ...sheets] = process.argv.slice(minify ? 3 : 2);
const code = Buffer.concat(sheets.map((sheet) => readFileSync(sheet)));
const names = { drafts: { customMedia: true }, include: Features.CustomMediaQueries };
writeFileSync(output, transform({ filename: output, code, minify, ...names }).code);
