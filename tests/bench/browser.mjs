// P1 to P4: reading a file in the browser, compared with PapaParse and uDSV doing the same work.
// node browser.mjs DIST FILE
import { statSync } from "node:fs";

import { mebibytes, times, withBench } from "./host.mjs";
import { median, print } from "./report.mjs";

const [dist, file] = process.argv.slice(2);

await withBench(dist, async ({ choose, run, others }) => {
  await choose(file);
  const ms = (runs) => median(runs.map((run) => run.ms));
  // In turns, so that other load on the machine affects all of them alike. Whoever is measured has its Worker running and
  // has read the head of the file before the clock starts, so that its code is compiled.
  const contest = await times(7, async () => [
    await run("read"),
    await run("ours"),
    await run("ours", 0, others),
    await run("papaparse"),
    await run("udsv"),
  ]);
  const [reads, ours, shared, papas, udsvs] = [0, 1, 2, 3, 4].map((place) => contest.map((turn) => turn[place]));
  const [read, several, papa, udsv] = [reads, shared, papas, udsvs].map(ms);
  const time = ms(ours);
  const bytes = statSync(file).size;
  const { rows } = ours[0];

  print("P1", "merely reading the file, one Worker", `${read.toFixed(0)} ms`);
  print(
    "P1",
    "the whole check",
    `${time.toFixed(0)} ms, ${(rows / time / 1000).toFixed(2)} M rows/s, ${(bytes / time / 1000).toFixed(0)} MB/s`,
  );
  print("P1", "check against mere reading (at most 3)", (time / read).toFixed(2));
  print(
    "P1",
    `the whole check by ${others + 1} Workers`,
    `${several.toFixed(0)} ms, ${(rows / several / 1000).toFixed(2)} M rows/s`,
  );
  print("P1", "that against mere reading (at most 2.2)", (several / read).toFixed(2));
  print("P1", "PapaParse against ours (at least 8)", (papa / time).toFixed(2));
  print("P1", "uDSV against ours (at least 8)", (udsv / time).toFixed(2));
  print("P2", "wasm memory (at most 64 MiB for 1,000,000 rows)", `${mebibytes(ours).toFixed(0)} MiB`);
  print("P2", `wasm memory of ${others + 1} Workers together`, `${mebibytes(shared).toFixed(0)} MiB`);
  print("P3", "from file to preview and mapping (at most 100 ms)", `${median(ours.map((run) => run.preview)).toFixed(0)} ms`);
  print(
    "P4",
    "longest task of the page while checking (at most 50 ms)",
    `${Math.max(...ours.map((run) => run.longest)).toFixed(0)} ms`,
  );
  print(
    "P4",
    "from cancelling a check to its end (at most 100 ms), by one Worker and by several",
    `${(await run("cancel", 0)).toFixed(0)} ms, ${(await run("cancel", others)).toFixed(0)} ms`,
  );
  // The fastest run counts, because noise only adds time.
  const turns = await times(7, async () => [await run("ours"), await run("ours", 100_000), await run("ours", 1_000_000)]);
  const [alone, hundred, million] = [0, 1, 2].map((place) => turns.map((turn) => turn[place]));
  const fastest = (runs) => Math.min(...runs.map((run) => run.ms));
  const more = (runs) => `${((fastest(runs) / fastest(alone) - 1) * 100).toFixed(0)} %`;
  const room = (runs) => `${(mebibytes(runs) - mebibytes(alone)).toFixed(0)} MiB`;
  print("P10", "the keys of 100,000 people (at most 1 MB)", `${hundred[0].bytes} bytes`);
  print("P10", "the check with them is slower by (at most 10 %)", more(hundred));
  print("P10", "the keys of 1,000,000 people (at most 8.1 MB)", `${million[0].bytes} bytes`);
  print(
    "P10",
    "the check with them is slower by (at most 35 %), takes more memory by (at most 24 MiB)",
    `${more(million)}, ${room(million)}`,
  );
  const grid = await run("grid");
  print("P4", "a window of rows anywhere (at most 100 ms)", `${grid.rows.toFixed(0)} ms`);
  print("P4", "filter (at most 100 ms)", `${grid.filter.toFixed(0)} ms`);
  print("P4", "jump to the next problem (at most 100 ms)", `${grid.jump.toFixed(0)} ms`);
});
