// Every screen in light, dark and forced colours, wide and narrow, with the widest texts: axe finds nothing, and nothing is
// cut off.
//
// A tour visits every state once. The usual one has the widest texts of all languages, and looks at each state three times: in a
// wide window, where axe looks at the colours, in light and in dark by turns, in the narrowest, where it looks at the sizes, and
// in the narrowest in which tables have columns. With --all each state is looked at in every way and every language, and axe
// looks for everything in each look.
import { IS_THOROUGH } from "./driver.mjs";
import { PROOF_NEEDED } from "./proof.mjs";
import { tour } from "./tour.mjs";
import { onlyInChromium, prepared, walk } from "./walk.mjs";
import { PSEUDO, WIDEST } from "./words.mjs";

const NARROW = { width: 320, axe: "sizes" };
/** The narrowest in which tables have columns. */
const COLUMNS = { width: 561, axe: false };
/** `turns` are the ways to look at a state, and those for the next one. */
export const LOOKS = IS_THOROUGH
  ? [{ locale: "en", turns: [[{}, { dark: true }, { width: 360 }, COLUMNS, { forcedColors: true }]] }]
  : [
      {
        locale: WIDEST,
        turns: [
          [{ axe: "colours" }, NARROW, COLUMNS],
          [{ dark: true, axe: "colours" }, NARROW, COLUMNS],
        ],
      },
    ];
export const TEXTS = IS_THOROUGH
  ? [WIDEST, PSEUDO, "es", "ko", "ja", "de", "fr", "pt-BR"].map((locale) => ({
      locale,
      turns: [[{}, { width: [WIDEST, PSEUDO, "es"].includes(locale) ? 320 : 360 }, COLUMNS]],
    }))
  : [];

/** Inspected states are an invalid link, people of an org that is not connected, and what needs a proof. */
const refused = [PROOF_NEEDED, /^404 for POST .*\/activations\/inspect$/, /^\d+ for GET .*\/salesforce\/(people|profiles)/];

/** Looks at a state in each of the ways whose turn it is, and goes on in a wide and light window. */
function lookingIn(turns, { driver }) {
  let states = 0;
  return async (state) => {
    for (const look of turns[states++ % turns.length]) {
      await driver.adapt(look);
      await driver.inspect(state);
    }
    await driver.adapt({});
  };
}

/** Visits every screen, for each of these tours. */
export function visitEveryScreen(tours) {
  const server = prepared((server) => tour.prepare(server), "--sample-data", "--seats", "1000");
  for (const { locale, turns } of tours) {
    const options = { refused, locale };
    walk(`u1 u7 i4: every screen in ${locale} with ${JSON.stringify(turns)}`, server, options, async (app, another) => {
      await tour.walk(app, lookingIn(turns, app));
      const user = await another();
      await tour.walkAsUser(user, lookingIn(turns, user));
    });
  }
}

/** The same for the screens of connections with data, on a server that has them. */
export function visitConnections(tours, server) {
  for (const { locale, turns } of tours) {
    walk(`u1 u7 i4: every connection in ${locale} with ${JSON.stringify(turns)}`, server, { locale }, (app) =>
      tour.walkConnected(app, lookingIn(turns, app)),
    );
  }
}

/** The same for what there is of second factors; `people` are two with a password, the first an administrator. */
export function visitFactors(tours, server, people, refused) {
  for (const { locale, turns } of tours) {
    const options = { refused, locale, except: onlyInChromium("only Chromium's driver has passkeys") };
    walk(`u1 u7 a22: second factors in ${locale} with ${JSON.stringify(turns)}`, server, options, async (app, another) => {
      const [admin, user] = people;
      await tour.walkFactors(app, admin, lookingIn(turns, app));
      const there = await another();
      await tour.walkFactorsDue(there, user, await server.admin(), lookingIn(turns, there));
    });
  }
}
