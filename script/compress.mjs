// Writes FILE.br and FILE.gz beside each FILE, at the highest levels; those of brotli are also the recorded sizes.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { readFileSync, writeFileSync } from "node:fs";

import { kept } from "./kept.mjs";

const { brotli, zlib } = process.versions;
// Which distances have codes of their own, and how long blocks are: the smaller of these, 0.2 % smaller than the defaults.
const DISTANCES = [
  { [constants.BROTLI_PARAM_NDIRECT]: 8 },
  { [constants.BROTLI_PARAM_NPOSTFIX]: 3, [constants.BROTLI_PARAM_NDIRECT]: 120, [constants.BROTLI_PARAM_LGBLOCK]: 16 },
];

function smallest(content) {
  const made = DISTANCES.map((distances) => {
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      ...distances,
    };
    return brotliCompressSync(content, { params });
  });
  return made.reduce((one, other) => (other.length < one.length ? other : one));
}

for (const file of process.argv.slice(2)) {
  const content = readFileSync(file);
  writeFileSync(
    `${file}.br`,
    kept(`brotli ${brotli} 11 ${JSON.stringify(DISTANCES)}`, content, () => smallest(content)),
  );
  writeFileSync(
    `${file}.gz`,
    kept(`gzip ${zlib} 9`, content, () => gzipSync(content, { level: 9 })),
  );
}
