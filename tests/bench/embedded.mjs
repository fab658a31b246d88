// E24: the panel in the page of another site, on a slow network and a slow processor: when its largest content is painted,
// what moves meanwhile, how long its clicks take, and how long it takes from the host's call until it is ready.
// Needs DIST, SERVER and CHROME_PATH in the environment.
// node embedded.mjs [VISITS]
import { chromium } from "playwright-core";

import { Embedding } from "../e2e/harness/embedding.mjs";
import { FLAGS } from "../e2e/harness/chromium.mjs";
import { people } from "../e2e/harness/samples.mjs";
import { Server } from "../e2e/harness/server.mjs";
import { median, print } from "./report.mjs";

const VISITS = Number(process.argv[2] ?? 5);
/** As in Chromium's developer tools. */
const FAST_3G = { offline: false, latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_375 };
const NO_LIMIT = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
const PEOPLE = Array.from({ length: 60 }, (_, index) => ({
  email: `pat${index}@bench.example`,
  first_name: "Pat",
  last_name: `No ${index}`,
}));

/** What page and panel have noted, once what is drawn by now is in the browser's lists. */
async function notes(page, panel) {
  await panel.evaluate(async () => {
    for (let frame = 0; frame < 5; frame += 1) await new Promise(requestAnimationFrame);
    await new Promise((later) => setTimeout(later));
  });
  return Promise.all([page, panel].map((view) => view.evaluate(() => window.noted)));
}

/** In every page and frame: notes what the browser measures, and in the host's page when the panel begins and is ready. */
function note() {
  const noted = { largest: 0, shifts: 0, clicks: {} };
  window.noted = noted;
  const watch = (type, take, options = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
  watch("largest-contentful-paint", (entry) => {
    noted.largest = entry.startTime;
  });
  watch("layout-shift", ({ value, hadRecentInput }) => {
    if (!hadRecentInput) noted.shifts += value;
  });
  const noteClick = ({ interactionId: id, duration }) => {
    if (id) noted.clicks[id] = Math.max(noted.clicks[id] ?? 0, duration);
  };
  watch("event", noteClick, { durationThreshold: 16 });
  if (window !== window.top) return;
  const see = (node) => {
    if (node.querySelector?.("iframe")) noted.begun = performance.now();
    if (node.localName === "li" && node.textContent.includes('"ready"')) noted.ready = performance.now();
  };
  new MutationObserver((changes) => changes.flatMap(({ addedNodes }) => [...addedNodes]).forEach(see)).observe(document, {
    childList: true,
    subtree: true,
  });
}

/** What a person does in each flow, once the panel is ready. */
const STEPS = {
  "setup-guide": null,
  users: async (panel) => {
    const selectAll = panel.getByRole("checkbox").first();
    await panel.getByRole("checkbox").nth(50).waitFor();
    for (let click = 0; click < 6; click += 1) await selectAll.click();
    await panel.getByRole("button", { name: "Actions", exact: true }).click();
    await panel.getByRole("menuitem").first().waitFor();
  },
  "invite-csv": async (panel) => {
    await panel.locator("input[type=file]").first().setInputFiles(people(1_000));
    for (const step of ["Next", /^(Next|Review the rows)$/]) await panel.getByRole("button", { name: step, exact: true }).click();
    await panel.getByRole("button", { name: /^Invite \d/ }).click();
    await panel.getByRole("dialog", { name: /^Invite \d/ }).waitFor();
  },
};

const ends = [];
try {
  const suite = { after: (end) => ends.push(end) };
  const host = await Embedding.start(suite);
  const server = await Server.start(suite, ["--embedders", host.origin]);
  await host.authorise(server);
  await (await server.admin()).invite(PEOPLE);
  host.embed(server);
  // Frames of other sites in the page's own process, so that its limits hold for them.
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH,
    args: [...FLAGS, "--disable-site-isolation-trials"],
  });
  ends.push(() => browser.close());

  /** One visit of the host's page; of a browser that was there before, if the context was. */
  const visit = async (context, flow, { network = FAST_3G, slowdown = 4, steps = null } = {}) => {
    const page = await context.newPage();
    await page.addInitScript(note);
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", network);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    await page.goto(`${host.origin}/?flow=${flow}`);
    await page.waitForFunction(() => window.noted.ready);
    const panel = await (await page.locator("iframe").elementHandle()).contentFrame();
    const loaded = await notes(page, panel);
    await steps?.(panel);
    const used = await notes(page, panel);
    await page.close();
    const moved = (noted) => Math.max(...noted.map(({ shifts }) => shifts));
    const [outside, inside] = used;
    return {
      largest: inside.largest,
      ready: outside.ready - outside.begun,
      shifts: moved(loaded),
      shiftsInAll: moved(used),
      clicks: Object.values(inside.clicks),
    };
  };
  const measure = async (flow, isWarm, options) => {
    const visits = [];
    for (let turn = 0; turn < VISITS; turn += 1) {
      const context = await browser.newContext({ locale: "en" });
      if (isWarm) await visit(context, flow, { network: NO_LIMIT, slowdown: 1 });
      visits.push(await visit(context, flow, options));
      await context.close();
    }
    const typical = (what) => median(visits.map(what));
    const seconds = (what) => `${(typical(what) / 1000).toFixed(2)} s`;
    const moved = (what) => typical(what).toFixed(3);
    const times = `LCP ${seconds((one) => one.largest)}, ready ${seconds((one) => one.ready)}, CLS ${moved((one) => one.shifts)}`;
    if (!options.steps) return times;
    const clicks = `clicks ${typical((one) => median(one.clicks))} ms, at most ${typical((one) => Math.max(...one.clicks))} ms`;
    return `${times}, with all clicks ${moved((one) => one.shiftsInAll)}; ${clicks}`;
  };

  for (const [flow, steps] of Object.entries(STEPS)) {
    const say = (what, figures) => print("E24", `${flow}: ${what}`, figures);
    say("first visit", await measure(flow, false, { steps }));
    say("first visit, without limits", await measure(flow, false, { network: NO_LIMIT, slowdown: 1 }));
    say("warm", await measure(flow, true, { steps }));
    say("warm, slow processor only", await measure(flow, true, { network: NO_LIMIT }));
    say("warm, without limits", await measure(flow, true, { network: NO_LIMIT, slowdown: 1 }));
  }
} finally {
  for (const end of ends.reverse()) await end();
}
