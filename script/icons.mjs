// Draws the icons of an installed console, public/tile-*.png, from public/icon.svg: node script/icons.mjs
// Its results are committed; run it again when the logo changes. CHROME_PATH names a Chromium.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const folder = fileURLToPath(new URL("../public", import.meta.url));
const logo = readFileSync(join(folder, "icon.svg"), "utf8");
// A platform cuts its own shape out of a maskable icon: the ground has no corners, and the logo is in the safe zone.
const ground = logo.match(/fill="(#\w+)"/)[1];
const safe = logo.replace(/rx="\d+"/, "").replace("<path", '<path transform="translate(6.4 6.4) scale(0.6)"');

const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH || "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const [name, size, drawing] of /** @type {[string, number, string][]} */ ([
  ["tile-192", 192, logo],
  ["tile-512", 512, logo],
  ["tile-maskable-512", 512, safe],
])) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const shown = drawing.replace("<svg ", `<svg width="${size}" height="${size}" `);
  await page.setContent(`<body style="margin:0;background:${drawing === safe ? ground : "transparent"}">${shown}</body>`);
  await page.screenshot({ path: join(folder, `${name}.png`), omitBackground: true });
}
await browser.close();
