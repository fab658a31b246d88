// The screens of the connections once there is something to see on them: axe finds nothing, and nothing is cut off.
import { tour } from "./harness/tour.mjs";
import { serve, walk } from "./harness/walk.mjs";
import { PSEUDO } from "./harness/words.mjs";

const server = await serve("--sandbox-speed", "600", "--sandbox-people", "2000");

walk("steps 1 to 4 are done", server, {}, (app) => tour.connect(app));

// All languages have been there in light and wide, by the seven steps.
for (const settings of [
  { locale: "ko", dark: true, width: 360 },
  { locale: "en", forcedColors: true, width: 1280 },
  { locale: PSEUDO, dark: false, width: 320 },
  { locale: PSEUDO, dark: true, width: 1280 },
]) {
  walk(`u1 u7 i4: every connection with ${JSON.stringify(settings)}`, server, settings, (app) => tour.walkConnected(app));
}
