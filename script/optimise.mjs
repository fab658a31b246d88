// Optimises a wasm file by wasm-opt, and removes what the linker and the splitter leave for their own use.
//
//   node script/optimise.mjs FILE LEVELS...
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
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
  const output = join(tmpdir(), `${process.pid}-${basename(file)}`);
  execFileSync("wasm-opt", [file, ...options, "-o", output], { stdio: ["ignore", "ignore", "ignore"] });
  return readFileSync(output);
});
writeFileSync(file, optimised);
