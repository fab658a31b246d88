// P8: the command line's check of a file, and its memory: node native.mjs ROSTER FILE
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

import { median, print } from "./report.mjs";

const [roster, file] = process.argv.slice(2);

async function check(format) {
  const begun = performance.now();
  const child = spawn(roster, ["check", file, "--format", format], { stdio: ["ignore", "ignore", "inherit"] });
  let peak = 0;
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // The process has ended since the last reading.
    }
  }, 2);
  await new Promise((end) => child.on("exit", end));
  clearInterval(watch);
  return { ms: performance.now() - begun, kib: peak };
}

const [runs, listed] = [[], []];
for (let run = 0; run < 7; run += 1) {
  runs.push(await check("text"));
  listed.push(await check("json"));
}
const read = [];
for (let run = 0; run < 5; run += 1) {
  const begun = performance.now();
  readFileSync(file);
  read.push(performance.now() - begun);
}
print("P8", "roster check (at most 250 ms)", `${median(runs.map((run) => run.ms)).toFixed(0)} ms`);
print("P8", "with a list of all problems", `${median(listed.map((run) => run.ms)).toFixed(0)} ms`);
print("P8", "peak memory (at most 64 MiB)", `${(Math.max(...[...runs, ...listed].map((run) => run.kib)) / 1024).toFixed(0)} MiB`);
print("P8", "times the mere reading", (median(runs.map((run) => run.ms)) / median(read)).toFixed(1));
