// Writes FILE.br and FILE.gz beside each FILE, at the highest levels; those of brotli are also the recorded sizes.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { readFileSync, writeFileSync } from "node:fs";

import { kept } from "./kept.mjs";

const { brotli, zlib } = process.versions;

for (const file of process.argv.slice(2)) {
  const content = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  writeFileSync(
    `${file}.br`,
    kept(`brotli ${brotli} 11`, content, () => brotliCompressSync(content, { params })),
  );
  writeFileSync(
    `${file}.gz`,
    kept(`gzip ${zlib} 9`, content, () => gzipSync(content, { level: 9 })),
  );
}
