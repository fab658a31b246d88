// P1 with files that are hard to read: encodings, quotes, wide rows and long cells, and rows of which each needs what few
// need. The files are invented here, with as many megabytes as the usual one.
// node hurting.mjs DIST FOLDER
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { times, withBench } from "./host.mjs";
import { median, print } from "./report.mjs";

const [dist, folder] = process.argv.slice(2);
const ROWS = 400_000;
const RUNS = 5;
const NAMES = ["민수", "서연", "Ana", "Liam", "지훈", "Olivia", "하은", "Jose"];

const row = (row, cell = (text) => text) =>
  [
    `user${row}.${(row * 7919) % 1_000_003}@example${row % 997}.com`,
    NAMES[row % 8],
    NAMES[(row >> 3) % 8],
    row % 9 ? "User" : "Admin",
    "EMEA Sales",
  ]
    .map(cell)
    .join(",");
const rows = (count, row) => Array.from({ length: count }, (_, index) => `${row(index)}\r\n`).join("");
const HEADER = "Email,First name,Last name,Role,Team";
const usual = () => `${HEADER}\r\n${rows(ROWS, (index) => row(index))}`;

/** CP949 by what a decoder makes of all pairs of bytes of common syllables. */
function cp949(text) {
  const decoder = new TextDecoder("euc-kr");
  const pairs = new Map();
  for (let first = 0xb0; first <= 0xc8; first += 1) {
    for (let second = 0xa1; second <= 0xfe; second += 1) pairs.set(decoder.decode(Uint8Array.of(first, second)), [first, second]);
  }
  return Buffer.from([...text].flatMap((letter) => pairs.get(letter) ?? letter.charCodeAt(0)));
}

const letters = (number) => number.toString(26).replace(/\d/g, (digit) => "qrstuvwxyz"[digit]);

/** Each with its content, and with the row that the usual file's is to be compared with. */
const FILES = {
  "usual, UTF-8": usual,
  "the same in UTF-16": () => Buffer.from(`\ufeff${usual()}`, "utf16le"),
  "the same in CP949": () => cp949(usual()),
  "all cells quoted": () => `${HEADER}\r\n${rows(ROWS, (index) => row(index, (text) => `"${text}"`))}`,
  "all cells quoted, with quotes and line breaks": () =>
    `${HEADER},Note\r\n${rows(ROWS / 2, (index) => `${row(index, (text) => `"${text}"`)},"one ""two""\n3"`)}`,
  "500 columns": () =>
    `${HEADER}${Array.from({ length: 495 }, (_, at) => `,c${at}`).join("")}\r\n${rows(10_000, (index) => row(index) + ",12345".repeat(495))}`,
  "cells of 30 kB": () => `${HEADER},Note\r\n${rows(1_000, (index) => `${row(index)},${"lorem ipsum ".repeat(2_500)}`)}`,
  "a domain for each row": () => `${HEADER}\r\n${rows(ROWS, (index) => row(index).replace(/@example\d+/, `@${letters(index)}`))}`,
  "each row a duplicate": () => `${HEADER}\r\n${rows(ROWS, () => row(1))}`,
  "each row bad": () => `${HEADER}\r\n${rows(ROWS, (index) => row(index).replace("@", "@@"))}`,
  "a quote that is never closed, 100 MB": () =>
    `${HEADER}\r\n${row(1)}\r\n"${row(2)}\r\n${rows(1_600_000, (index) => row(index))}`,
};

mkdirSync(folder, { recursive: true });
const files = Object.entries(FILES).map(([name, content], place) => {
  const path = join(folder, `${place}.csv`);
  writeFileSync(path, content());
  return { name, path };
});

await withBench(dist, async ({ choose, run }) => {
  const results = [];
  for (const { name, path } of files) {
    await choose(path);
    const turns = await times(RUNS, async () => [await run("read"), await run("ours")]);
    const [read, ours] = [0, 1].map((place) => median(turns.map((turn) => turn[place].ms)));
    results.push({ name, read, ours, rows: turns[0][1].rows, bytes: statSync(path).size });
  }
  const [utf8] = results;
  for (const { name, read, ours, rows, bytes } of results) {
    const against = ["the same in UTF-16", "the same in CP949"].includes(name)
      ? `, ${(ours / utf8.ours).toFixed(1)} times UTF-8 (at most 2.5)`
      : "";
    print(
      "P1",
      name,
      `${(bytes / 1e6).toFixed(0)} MB, ${rows} rows: ${ours.toFixed(0)} ms, ${(bytes / ours / 1000).toFixed(0)} MB/s, ${(ours / read).toFixed(1)} times the read${against}`,
    );
  }
});
