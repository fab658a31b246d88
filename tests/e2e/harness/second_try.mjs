// A walk drives a browser on a machine that does other work. One that fails is tried once more from its beginning, and
// one that passes then is reported as unstable: script/test lists these at its end, and fails if there are many.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

let isSecond = false;

/** What the first try has inspected, the second inspects again. */
export const isSecondTry = () => isSecond;

/**
 * Like `test`. There is a second try only where `UNSTABLE` names the folder for the reports.
 * @param {string} name
 * @param {() => Promise<void>} attempt
 * @param {{ skip?: boolean | string }} [options]
 */
export function testTwice(name, attempt, { skip = false } = {}) {
  test(name, { skip }, async (context) => {
    try {
      return await attempt();
    } catch (error) {
      if (!process.env.UNSTABLE) throw error;
      context.diagnostic(`the first try failed: ${error.message}`);
      isSecond = true;
      try {
        await attempt();
      } finally {
        isSecond = false;
      }
      report(name, error);
    }
  });
}

function report(name, error) {
  const file = createHash("sha256").update(name).digest("hex");
  writeFileSync(join(process.env.UNSTABLE, file), `${name}\n${error.message.replaceAll(/^/gm, "    ")}\n`);
}
