// The screens of the connections with data: axe finds nothing, and nothing is cut off.
import { tour } from "./harness/tour.mjs";
import { shared, walk } from "./harness/walk.mjs";
import { PSEUDO } from "./harness/words.mjs";

const server = shared((app) => tour.connect(app), "--sandbox-speed", "600", "--sandbox-people", "2000");

// The walks themselves use light and wide.
for (const settings of [
  { locale: "ko", dark: true, width: 360 },
  { locale: "en", dark: false, width: 360 },
  { locale: "en", dark: true, width: 1280 },
  { locale: "en", forcedColors: true, width: 1280 },
  { locale: PSEUDO, dark: false, width: 320, axe: false },
  ...["es", "ja", "de", "fr", "pt-BR", PSEUDO].map((locale) => ({ locale, axe: false })),
]) {
  walk(`u1 u7 i4: every connection with ${JSON.stringify(settings)}`, server, settings, (app) => tour.walkConnected(app));
}
