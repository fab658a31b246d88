// Writes FILE.br beside FILE, at the highest level; the same level that sizes are recorded at.
import { brotliCompressSync, constants } from "node:zlib";
import { readFileSync, writeFileSync } from "node:fs";

const file = process.argv[2];
const content = readFileSync(file);
writeFileSync(
  `${file}.br`,
  brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  }),
);
