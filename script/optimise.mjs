// Optimises a wasm file by wasm-opt, and removes what the linker and the splitter leave for their own use.
//
//   node script/optimise.mjs FILE LEVELS...
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { kept, tidy } from "./kept.mjs";

const [file, ...levels] = process.argv.slice(2);
const features = ["bulk-memory", "sign-ext", "nontrapping-float-to-int", "reference-types", "mutable-globals", "simd"];
const options = [...levels, "--strip-debug", "--strip-producers", ...features.map((name) => `--enable-${name}`)];
const { version } = JSON.parse(
  readFileSync(fileURLToPath(new URL("../node_modules/binaryen/package.json", import.meta.url)), "utf8"),
);

tidy();
const optimised = kept(`wasm-opt ${version} ${options.join(" ")}`, readFileSync(file), () => {
  execFileSync("wasm-opt", [file, ...options, "-o", file], { stdio: ["ignore", "ignore", "ignore"] });
  return readFileSync(file);
});
writeFileSync(file, optimised);
