// P6: Lighthouse's scores for the built app with the server's headers, on a desktop and on a phone: the sign-in page, and
// the setup guide and User Management in an administrator's session. Needs DIST, SERVER and CHROME_PATH in the environment.
// node lighthouse.mjs [RUNS]
import { launch } from "chrome-launcher";
import lighthouse, { defaultConfig, desktopConfig } from "lighthouse";

import { FLAGS } from "../e2e/harness/chromium.mjs";
import { Server } from "../e2e/harness/server.mjs";
import { median, print } from "./report.mjs";

const RUNS = Number(process.argv[2] ?? 3);
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const PAGES = [
  ["sign-in", "/sign-in", false],
  ["setup guide", "/", true],
  ["User Management", "/settings/admin/users", true],
];
// The scores of a phone come from a simulation, which counts the app's code as needed for the first paint whenever it arrives
// before it on the fast line; so the phone's paint is measured with its network and processor slowed down for real, too.
/** @returns {[string, any?, object?][]} */
const devices = (slowdown) => {
  const throttling = { ...defaultConfig.settings.throttling, cpuSlowdownMultiplier: slowdown };
  return [
    ["desktop", desktopConfig],
    ["phone", undefined, { throttling }],
    ["phone slowed down for real", undefined, { throttling, throttlingMethod: "devtools" }],
  ];
};

/**
 * How many times slower than this machine's processor that of a phone is, by Lighthouse's `benchmarkIndex`: the points between
 * which its calculator for calibrating the slowdown (docs/throttling.md of Lighthouse) draws lines.
 */
function slowdownOf(index) {
  const points = [
    [150, 1],
    [800, 2],
    [1300, 3],
    [2000, 6],
  ];
  const next = Math.max(
    1,
    points.findIndex(([at]) => index < at),
  );
  const [[from, least], [to, most]] = points.slice(index < 2000 ? next - 1 : -2);
  return least + ((index - from) / (to - from)) * (most - least);
}

const ends = [];
try {
  const server = await Server.start({ after: (end) => ends.push(end) });
  const { cookie } = await server.admin();
  const browser = await launch({ chromePath: process.env.CHROME_PATH, chromeFlags: ["--headless", ...FLAGS] });
  ends.push(() => browser.kill());

  const indexes = [];
  for (let run = 0; run < 5; run += 1) {
    const flags = { port: browser.port, onlyAudits: ["viewport"] };
    indexes.push((await lighthouse(`${server.origin}/sign-in`, flags)).lhr.environment.benchmarkIndex);
  }
  const slowdown = Number(slowdownOf(median(indexes)).toFixed(2));
  print(
    "P6",
    "how many times slower than this machine a phone is taken to be",
    `${slowdown} (benchmarkIndex ${median(indexes)})`,
  );

  for (const [name, path, isSignedIn] of PAGES) {
    for (const [device, config, throttling] of devices(slowdown)) {
      const results = [];
      for (let run = 0; run < RUNS; run += 1) {
        const flags = {
          port: browser.port,
          onlyCategories: CATEGORIES,
          ...throttling,
          extraHeaders: isSignedIn ? { Cookie: cookie } : {},
        };
        results.push((await lighthouse(`${server.origin}${path}`, flags, config)).lhr);
      }
      const score = (category) => Math.round(100 * median(results.map((lhr) => lhr.categories[category].score)));
      const number = (audit) => median(results.map((lhr) => lhr.audits[audit].numericValue));
      const times = `LCP ${(number("largest-contentful-paint") / 1000).toFixed(1)} s, blocked ${number("total-blocking-time").toFixed(0)} ms, CLS ${number("cumulative-layout-shift").toFixed(2)}`;
      print(
        "P6",
        `${name}, ${device}: performance, accessibility, best practices, SEO`,
        `${CATEGORIES.map(score).join(", ")} (${times})`,
      );
      if (process.env.DETAILS) {
        for (const { title, score, displayValue } of Object.values(results[0].audits)) {
          if (score !== null && score < 0.9) console.log(`    ${score.toFixed(2)} ${title} ${displayValue ?? ""}`);
        }
      }
    }
  }
} finally {
  for (const end of ends.reverse()) await end();
}
