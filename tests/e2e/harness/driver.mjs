// The interface of browsers for walks and page objects: `chromium.mjs` for Chromium, `webdriver.mjs` for Firefox and
// WebKitGTK. `start` gives a browser: its `person(options)` gives a driver with a profile of its own, `close()` ends it.
// Elements are named as a person or a screen reader names them, in plain objects: role and name, label, text, having,
// within, nth.

/** The methods that page objects use; every driver has all of them. */
export const PORTABLE = [
  // Navigation
  "goto",
  "reload",
  "back",
  "forward",
  "path",
  "address",
  "seePath",
  "seeAddress",
  "seeClosed",
  // Reading the page
  "see",
  "gone",
  "has",
  "seeOneOf",
  "count",
  "textOf",
  "textsOf",
  "attributeOf",
  "seeAttribute",
  "seeValue",
  "valueOf",
  "optionsOf",
  "isChecked",
  "cellsOf",
  "seeCells",
  "isDrawn",
  "isInSight",
  "seeInSight",
  "language",
  "drawn",
  // Acting on the page
  "click",
  "doubleClick",
  "pointAt",
  "fill",
  "choose",
  "check",
  "setFile",
  "download",
  "tab",
  "windowOf",
  // Frames
  "inFrame",
  "frames",
  // The keyboard
  "press",
  "type",
  "tabTo",
  "chooseFileByKey",
  "focusOn",
  "isFocused",
  "seeFocus",
  "seeFocusIn",
  // Outside the page: its storage, and requests in its session
  "request",
  "signIn",
  "answerTo",
  "keptInDatabases",
  // Checks of every screen, and recorded failures
  "inspect",
  "options",
  "onPage",
  "troubles",
  "catchUp",
  "expectRefused",
  "forgetTroubles",
  "close",
  // Reports of failed walks
  "saidByPages",
  "pictureOfLast",
];

/** Stands for the address of a frame whose page the browser has refused to show there. */
export const REFUSED = "refused";

/** The engine that the walks run in. */
export const ENGINE = process.env.ENGINE || "chromium";

/** How narrow a window can be, in CSS pixels: other engines have those of a desktop. */
export const NARROWEST = ENGINE === "chromium" ? 320 : 500;

/** Whether to run the longer walks and inspections too, like `script/test --all`. */
export const IS_THOROUGH = process.env.THOROUGH === "1";

/** Of several alike the first or, in a thorough run, all of them. */
export const drawn = (alike) => (IS_THOROUGH ? alike : alike.slice(0, 1));

/** The browser of the walks: `ENGINE` is chromium, firefox or webkit. For `whole` see `launchOptions` in chromium.mjs. */
export async function startBrowser(options) {
  if (ENGINE === "chromium") {
    const { Chromium } = await import("./chromium.mjs");
    return Chromium.start(options);
  }
  const { WebDriverBrowser } = await import("./webdriver.mjs");
  return WebDriverBrowser.start(ENGINE);
}

/**
 * A driver with a persistent profile in `folder`, which can be killed and reopened like a user's browser. WebKitGTK has no
 * profiles while it is driven: there it is a browser of its own.
 */
export async function withProfile(folder, options) {
  const { withProfile } = await import(ENGINE === "chromium" ? "./chromium.mjs" : "./webdriver.mjs");
  return withProfile(folder, options);
}

/** For walks whose server stops or restarts: the failures of requests at that moment, for the option `refused`. */
export const SERVER_DOWN = [/broke off: out of reach$/];
/** The failure of requests of a page that is left before they are answered. */
export const PAGE_LEFT = / broke off: net::ERR_ABORTED$/;
/** The failure of requests made offline. */
export const OFFLINE = /broke off: offline$/;
