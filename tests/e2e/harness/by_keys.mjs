// A person without a mouse. What page objects click, fill and choose is reached and done by keys instead: Tab in either
// direction, arrows within menus, tabs and lists, Enter and Space. On the way the focus is always somewhere, and always seen.

/** More keys than any way on a screen needs. */
const MOST_KEYS = 150;
const BY_SPACE = ["checkbox", "radio", "switch"];

/** Has a driver of Chromium use the keyboard alone from now on, except in windows that it opens: those are other sites'. */
export function byKeys(driver) {
  /** Whether nothing was done yet on a page that was opened by its address: there the focus is at its beginning. */
  let isFresh = true;
  /** What was reached last, for the report of a focus that is lost. */
  let last = null;
  const opening = (name) => {
    const { [name]: open } = driver;
    return async (...words) => {
      isFresh = true;
      return open.apply(driver, words);
    };
  };

  async function reach(what) {
    await driver.see(what);
    if (!isFresh) await driver.seeSomeFocus(last);
    isFresh = false;
    last = what;
    for (let step = 0; step < MOST_KEYS; step += 1) {
      const key = await driver.keyTowards(what);
      if (!key) return driver.seeFocusUncovered();
      await driver.press(key);
      await driver.seeFocusMarked();
    }
    throw new Error(`${JSON.stringify(what)} is not reached by keys`);
  }

  async function act(what) {
    await reach(what);
    await driver.seeEnabled(what);
    await driver.press(BY_SPACE.includes(what.role) || (await driver.isTickable(what)) ? "Space" : "Enter");
  }

  async function fill(label, text, within) {
    await reach({ label, within });
    await driver.press("Control+a");
    if (text === "") await driver.press("Delete");
    else await driver.type(text);
  }

  async function check(label, within) {
    await reach({ label, within });
    // Arrows have chosen a radio button on the way.
    if (!(await driver.isChecked(label, within))) await driver.press("Space");
  }

  async function choose(label, option, within) {
    await reach({ label, within });
    const options = await driver.optionsOf(label, within);
    if (!options.includes(option)) throw new Error(`${JSON.stringify(label)} has no ${JSON.stringify(option)}`);
    const steps = options.indexOf(option) - options.indexOf(await driver.valueOf(label, within));
    for (let step = 0; step < Math.abs(steps); step += 1) await driver.press(steps > 0 ? "ArrowDown" : "ArrowUp");
    await driver.seeValue(label, option, within);
  }

  async function setFile(label, path) {
    await reach({ label });
    await driver.chooseFileByKey("Space", path);
  }

  const refuse = (name) => async () => {
    throw new Error(`${name} needs a mouse`);
  };

  return Object.assign(driver, {
    ...Object.fromEntries(["goto", "reload", "back", "forward"].map((name) => [name, opening(name)])),
    ...Object.fromEntries(["doubleClick", "pointAt"].map((name) => [name, refuse(name)])),
    click: act,
    focusOn: reach,
    fill,
    check,
    choose,
    setFile,
  });
}
