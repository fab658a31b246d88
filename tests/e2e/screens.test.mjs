// Every screen in light and dark, wide and narrow, in every language: axe finds nothing, and nothing is cut off.
import { serve, walk } from "./harness/walk.mjs";
import { tour } from "./harness/tour.mjs";
import { PSEUDO } from "./harness/words.mjs";

const server = await serve("--sample-data", "--seats", "1000");
await tour.prepare(server);

// Every language, and each pair of the other settings once, instead of everything with everything.
for (const settings of [
  { locale: "en", dark: false, width: 360 },
  { locale: "en", dark: true, width: 1280 },
  { locale: "es", dark: false, width: 320 },
  { locale: "ko", dark: true, width: 360 },
  { locale: "ja", dark: false, width: 360 },
  { locale: "de", dark: true, width: 1280 },
  { locale: "fr", dark: false, width: 360 },
  { locale: "pt-BR", dark: true, width: 1280 },
  { locale: "en", forcedColors: true, width: 1280 },
  { locale: PSEUDO, dark: false, width: 360 },
  { locale: PSEUDO, dark: true, width: 1280 },
]) {
  walk(`u1 u7 i4: every screen with ${JSON.stringify(settings)}`, server, settings, async (app, another) => {
    await tour.walk(app);
    await tour.walkAsUser(await another());
  });
}

const connected = await serve("--sandbox-speed", "600", "--sandbox-people", "2000");

walk("steps 1 to 4 are done, so that the screens of the connections have something to show", connected, {}, (app) =>
  tour.connect(app),
);

// The languages have been there in light and wide, by all seven steps.
for (const settings of [
  { locale: "ko", dark: true, width: 360 },
  { locale: "en", forcedColors: true, width: 1280 },
  { locale: PSEUDO, dark: false, width: 320 },
  { locale: PSEUDO, dark: true, width: 1280 },
]) {
  walk(`u1 u7 i4: every connection with ${JSON.stringify(settings)}`, connected, settings, (app) => tour.walkConnected(app));
}
