// P1: how many instructions a row of a file takes, counted by valgrind, which no other load on the machine changes; and one of a
// file in which every row has problems.
// node instructions.mjs CHECKING PEOPLE: the examples of those names
//
// What a file costs besides its rows cancels out between two files. The count depends on the compiler and on what the
// processor has, for which libraries choose their code when they run: where that differs from the record, the count is
// only printed and compared with the limit.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [checking, people] = process.argv.slice(2);
const record = JSON.parse(readFileSync(new URL("instructions.json", import.meta.url), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "instructions-"));

function instructions(rows, ...options) {
  const file = join(folder, `${rows}.csv`);
  execFileSync(people, [rows, file, ...options]);
  const out = join(folder, "callgrind.out");
  execFileSync("valgrind", ["--tool=callgrind", `--callgrind-out-file=${out}`, checking, file], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  return Number(/^(?:summary|totals): (\d+)/m.exec(readFileSync(out, "utf8"))[1]);
}

const features = () => {
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "";
  return ["sse4_2", "avx2", "avx512bw"].filter((feature) => flags.split(" ").includes(feature)).join(" ");
};
const compiler = execFileSync("rustc", ["--version"], { encoding: "utf8" }).split(" ")[1];

const ofRow = (rows, ...options) => Math.round((instructions(2 * rows, ...options) - instructions(rows, ...options)) / rows);
const row = ofRow(100_000);
const bad = ofRow(20_000, "--all-bad");
rmSync(folder, { recursive: true });
const same = features() === record.features && compiler === record.compiler;
const most = same ? Math.floor(record.instructions * 1.03) : record.limit;
console.log(
  `P1  ${row} instructions a row (at most ${most}${same ? `, recorded ${record.instructions}` : "; another processor or compiler than recorded"})`,
);
const times = bad / row;
console.log(`P1  ${bad} of a file in which every row has problems, ${times.toFixed(1)} times as many (at most 8)`);
if (row > most || times > 8) process.exitCode = 1;
