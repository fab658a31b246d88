// Every screen in light, dark and forced colours, wide and narrow, with the widest texts: axe finds nothing, and nothing is
// cut off.
//
// A tour visits every state once, and looks at each in several ways: axe in light and wide for everything, in dark for the
// colours, and in a narrow window for structure and sizes; forced colours are the system's. Of the languages, the usual tours take
// English and the widest of all texts. With --all axe looks for everything in each look, and every language has a tour of its
// own.
import { IS_THOROUGH } from "./driver.mjs";
import { PROOF_NEEDED } from "./proof.mjs";
import { tour } from "./tour.mjs";
import { onlyInChromium, prepared, walk } from "./walk.mjs";
import { PSEUDO, WIDEST } from "./words.mjs";

export const LOOKS = [
  {
    locale: "en",
    looks: [{ axe: "all" }, { dark: true, axe: "colours" }, { width: 360, axe: "sizes" }, { forcedColors: true, axe: false }],
  },
];
export const TEXTS = [
  ...[WIDEST, PSEUDO].map((locale) => ({ locale, looks: [{ axe: false }, { width: 320, axe: false }] })),
  ...(IS_THOROUGH ? ["es", "ko", "ja", "de", "fr", "pt-BR"] : []).map((locale) => ({
    locale,
    looks: [{ axe: false }, { width: locale === "es" ? 320 : 360, axe: false }],
  })),
];

/** Inspected states are an invalid link, people of an org that is not connected, and what needs a proof. */
const refused = [PROOF_NEEDED, /^404 for POST .*\/activations\/inspect$/, /^\d+ for GET .*\/salesforce\/(people|profiles)/];

/** Looks at a state in each of the ways, and goes on in the first. */
function lookingIn(looks, { driver }) {
  return async (state) => {
    await driver.inspect(state);
    if (looks.length === 1) return;
    for (const look of looks.slice(1)) {
      await driver.adapt(look);
      await driver.inspect(state);
    }
    await driver.adapt(looks[0]);
  };
}

/** Visits every screen, for each of these tours. */
export function visitEveryScreen(tours) {
  const server = prepared((server) => tour.prepare(server), "--sample-data", "--seats", "1000");
  for (const { locale, looks } of tours) {
    const options = { refused, locale, ...looks[0] };
    walk(`u1 u7 i4: every screen in ${locale} with ${JSON.stringify(looks)}`, server, options, async (app, another) => {
      await tour.walk(app, lookingIn(looks, app));
      const user = await another();
      await tour.walkAsUser(user, lookingIn(looks, user));
    });
  }
}

/** The same for the screens of connections with data, on a server that has them. */
export function visitConnections(tours, server) {
  for (const { locale, looks } of tours) {
    walk(`u1 u7 i4: every connection in ${locale} with ${JSON.stringify(looks)}`, server, { locale, ...looks[0] }, (app) =>
      tour.walkConnected(app, lookingIn(looks, app)),
    );
  }
}

/** The same for what there is of second factors; `people` are two with a password, the first an administrator. */
export function visitFactors(tours, server, people, refused) {
  for (const { locale, looks } of tours) {
    const options = { refused, locale, except: onlyInChromium("only Chromium's driver has passkeys"), ...looks[0] };
    walk(`u1 u7 a22: second factors in ${locale} with ${JSON.stringify(looks)}`, server, options, async (app, another) => {
      const [admin, user] = people;
      await tour.walkFactors(app, admin, lookingIn(looks, app));
      const there = await another();
      await tour.walkFactorsDue(there, user, await server.admin(), lookingIn(looks, there));
    });
  }
}
