// P2 at its largest: memory and time for ten times the rows, once valid and once all invalid. Fails above the limits.
// node ten_million.mjs DIST FILE FILE-OF-TEN-TIMES-THE-ROWS FILE-OF-AS-MANY-BAD-ROWS
import { mebibytes, times, withBench } from "./host.mjs";
import { median, print } from "./report.mjs";

const [dist, small, large, bad] = process.argv.slice(2);
const MEMORY = 320;
const RATIO = 14;
const RUNS = Number(process.env.RUNS ?? 3);

await withBench(dist, async ({ choose, run }) => {
  const measure = async (file, count) => {
    await choose(file);
    const runs = await times(count, () => run("ours"));
    return { ms: median(runs.map((run) => run.ms)), memory: mebibytes(runs), rows: runs[0].rows };
  };
  const one = await measure(small, RUNS);
  const ten = await measure(large, RUNS);
  const worst = await measure(bad, 1);
  if (ten.rows < 9.9 * one.rows) throw new Error(`${ten.rows} rows are not ten times ${one.rows}`);

  const ratio = ten.ms / one.ms;
  print("P2", `checking ${one.rows} rows, ${ten.rows} rows`, `${one.ms.toFixed(0)} ms, ${ten.ms.toFixed(0)} ms`);
  print("P2", `ten times the rows against one (at most ${RATIO})`, ratio.toFixed(1));
  print("P2", `wasm memory for ${ten.rows} rows (at most ${MEMORY} MiB)`, `${ten.memory.toFixed(0)} MiB`);
  print("P2", "wasm memory when every row is bad", `${worst.memory.toFixed(0)} MiB, ${worst.ms.toFixed(0)} ms`);
  if (ratio > RATIO || ten.memory > MEMORY || worst.memory > MEMORY) process.exitCode = 1;
});
