// Every screen in light and dark, wide and narrow, in every language: axe finds nothing, and nothing is cut off.
import { serve, walk } from "./harness/walk.mjs";
import { tour } from "./harness/tour.mjs";

const server = await serve("--sample-data", "--seats", "1000");
await tour.prepare(server);

// Each pair of settings once, instead of all twenty-four together.
for (const settings of [
  { locale: "en", dark: false, width: 360 },
  { locale: "en", dark: true, width: 1280 },
  { locale: "es", dark: true, width: 360 },
  { locale: "es", dark: false, width: 1280 },
  { locale: "ko", dark: false, width: 360 },
  { locale: "ko", dark: true, width: 1280 },
  { locale: "en", forcedColors: true, width: 1280 },
  { locale: "es", dark: false, width: 320 },
]) {
  walk(`u1 u7: every screen with ${JSON.stringify(settings)}`, server, settings, (app) => tour.walk(app));
}
