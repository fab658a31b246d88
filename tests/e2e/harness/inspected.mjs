// Which states of the app were inspected already.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { isSecondTry } from "./second_try.mjs";

/** The script that makes `axe` ready in a page. */
export const axeSource = () => readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The violations that axe has found, each as a text. */
export function sayViolations(violations) {
  return violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} (${node.any[0]?.message ?? ""})`);
    return `axe ${id}, ${help}: ${places.join(" | ")}`;
  });
}

/** States that were inspected in this process, each with its settings. */
const inspected = new Set();

/**
 * Whether this is the first look at a state: in this process, or, where `INSPECTED` names a folder, in all processes
 * that share it. A second try looks at everything again.
 */
export function isFirstLook(state) {
  if (isSecondTry()) return true;
  if (inspected.has(state)) return false;
  inspected.add(state);
  if (!process.env.INSPECTED) return true;
  try {
    mkdirSync(join(process.env.INSPECTED, createHash("sha256").update(state).digest("hex")));
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}
