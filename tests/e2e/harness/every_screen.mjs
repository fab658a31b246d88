// Every screen in light, dark and forced colours, wide and narrow, in every language: axe finds nothing, and nothing is cut
// off.
//
// Every language, and each pair of the other settings once, instead of everything with everything. Wide and narrow are
// two files, for they are the longest of all and run side by side.
import { tour } from "./tour.mjs";
import { prepared, walk } from "./walk.mjs";

/** An invalid link is one of the inspected states, and so are people of an org that is not connected. */
const refused = [/^404 for POST .*\/activations\/inspect$/, /^\d+ for GET .*\/salesforce\/(people|profiles)/];

/** Visits every screen once with each of the settings; if `axe` is false, checks only for clipped content. */
export function walkWith(...all) {
  const server = prepared((server) => tour.prepare(server), "--sample-data", "--seats", "1000");
  for (const settings of all) {
    walk(`u1 u7 i4: every screen with ${JSON.stringify(settings)}`, server, { refused, ...settings }, async (app, another) => {
      await tour.walk(app);
      await tour.walkAsUser(await another());
    });
  }
}
