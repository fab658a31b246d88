// What walks and page objects may ask of a browser, whichever it is. A browser's driver is a file beside this one whose
// `start` gives a browser: `person(options)` gives a driver with a profile of its own, `close()` ends it. Elements are
// named as a person or a screen reader names them, in plain objects: role and name, label, text, having, within, nth.

/** What page objects use; every driver has all of it. */
export const PORTABLE = [
  // Going somewhere
  "goto", "reload", "back", "forward", "path", "address", "seePath", "seeAddress", "seeClosed",
  // Finding
  "see", "gone", "has", "seeOneOf", "count", "textOf", "textsOf", "attributeOf", "seeAttribute", "seeValue", "valueOf",
  "optionsOf", "isChecked", "cellsOf", "seeCells", "isDrawn", "isInSight", "seeInSight", "language",
  // Doing
  "click", "doubleClick", "pointAt", "fill", "choose", "check", "setFile", "download", "tab", "windowOf",
  // The keyboard
  "press", "type", "tabTo", "focusOn", "isFocused", "seeFocus", "seeFocusIn",
  // Beside the page: what it keeps, and requests in its session
  "request", "signIn", "answerTo", "keptInDatabases",
  // What must hold on every screen, and what did not
  "inspect", "options", "troubles", "expectRefused", "forgetTroubles", "close",
];

/** Whether to run the longer walks and inspections too, like `script/test --all`. */
export const IS_THOROUGH = process.env.THOROUGH === "1";

/** The browser of the walks. */
export async function startBrowser() {
  const { Chromium } = await import("./chromium.mjs");
  return Chromium.start();
}

/** A driver with a profile that is kept in `folder`, to be killed and opened again like a user's browser. */
export async function withProfile(folder, options) {
  const chromium = await import("./chromium.mjs");
  return chromium.withProfile(folder, options);
}

/** For walks whose server stops or restarts: the failures of requests at that moment, for the option `refused`. */
export const SERVER_DOWN = [/broke off: out of reach$/];
/** The failure of requests made offline. */
export const OFFLINE = /broke off: offline$/;
