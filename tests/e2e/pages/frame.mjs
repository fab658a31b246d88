// The frame of every screen after sign-in: bars, menus, background work.
import { until } from "../harness/server.mjs";
import { wordsOf } from "../harness/words.mjs";

const english = wordsOf("en");

export class Frame {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  /** Waits for a screen by its heading, which gets the focus on arrival. */
  async arriveAt(key) {
    // The rail has headings too.
    const heading = { role: "heading", name: this.say(key), within: { role: "main" } };
    await this.driver.see(heading);
    await this.driver.seeFocus(heading);
  }

  /** Waits until a product term is visible with its English beside it. */
  async seeInBoth(role, key) {
    await this.driver.see({ role, name: `${this.say(key)} ${english(key)}` });
  }

  /** Waits until a screen's heading is visible, with its English if that differs. */
  async seeHeadingInBoth(key) {
    const [text, original] = [this.say(key), english(key)];
    const name = text === original ? text : `${text} ${original}`;
    await this.driver.see({ role: "heading", name, within: { role: "main" } });
  }

  /** Presses a button whose English is shown beside its label. */
  async pressInBoth(key) {
    await this.driver.click({ role: "button", name: `${this.say(key)} ${english(key)}`, within: { role: "main" } });
  }

  /** Opens a menu by its button: the English is in its label, or in its name if it shows only a symbol. */
  async openMenuInBoth(key) {
    const either = new RegExp(`^${this.say(key)} \\(?${english(key)}\\)?$`);
    await this.driver.click({ role: "button", name: either });
    await this.driver.see({ role: "menu" });
  }

  /** Opens or closes the rail, where the window is narrow. */
  async toggleRail() {
    await this.driver.click({ role: "button", name: this.say("nav.menu") });
  }

  async openGear() {
    await this.driver.click({ role: "button", name: this.say("nav.settings") });
  }

  /** Chooses an entry of the gear menu. */
  async openSettings(key) {
    await this.openGear();
    await this.driver.inspect("settings menu");
    await this.driver.click({ role: "menuitem", name: this.say(key) });
  }

  get #looks() {
    return { role: "button", name: this.say("nav.look") };
  }

  /** Chooses a theme, on any screen. */
  async chooseTheme(key) {
    await this.driver.click(this.#looks);
    await this.driver.inspect("language and theme");
    await this.driver.click({ role: "menuitemradio", name: this.say(key) });
  }

  /** Waits until a theme is the chosen one. */
  async seeTheme(key) {
    await this.driver.click(this.#looks);
    await this.driver.seeAttribute({ role: "menuitemradio", name: this.say(key) }, "aria-checked", "true");
    await this.driver.press("Escape");
  }

  /** Chooses a language by its own name, on any screen. */
  async chooseLanguage(name) {
    await this.driver.click(this.#looks);
    await this.driver.click({ role: "menuitemradio", name });
  }

  async offersLanguages() {
    await this.driver.click(this.#looks);
    await this.driver.see({ role: "menuitemradio", name: this.say("nav.theme_dark") });
    const offers = await this.driver.has({ role: "menuitemradio", name: "English" });
    await this.driver.press("Escape");
    return offers;
  }

  /** Waits until the button of language and theme has the focus. */
  async seeFocusOnLooks() {
    await this.driver.seeFocus(this.#looks);
  }

  #inRail(key) {
    // The set-up guide's entry says too how far it is.
    return {
      role: "link",
      name: this.say(key),
      exact: key !== "nav.setup_guide",
      within: { role: "navigation", name: this.say("nav.rail") },
      nth: 0,
    };
  }

  /** Waits until an entry of the rail is marked: as this screen, or as the one that this screen is below. */
  async seeMarked(key, as = "page") {
    await this.driver.seeAttribute(this.#inRail(key), "aria-current", as);
  }

  /** The words over the groups of the rail. */
  async groups() {
    return this.driver.textsOf({ role: "heading", within: { role: "navigation", name: this.say("nav.rail") } });
  }

  /** How wide the rail is, in pixels. */
  async railWidth() {
    return this.driver.onPage(() => document.querySelector("#rail").getBoundingClientRect().width);
  }

  async seeFolded() {
    await this.driver.see({ role: "button", name: this.say("nav.unfold") });
  }

  async seeUnfolded() {
    await this.driver.see({ role: "button", name: this.say("nav.fold") });
  }

  /** Unfolds the rail by its button. */
  async unfold() {
    await this.driver.click({ role: "button", name: this.say("nav.unfold") });
    await this.seeUnfolded();
  }

  /** Follows an entry of the rail. */
  async follow(key) {
    await this.driver.click(this.#inRail(key));
  }

  /** Follows an entry of the rail by its key, so that the mouse stays where it is: on a notice, which stays then. */
  async followByKey(key) {
    await this.driver.focusOn(this.#inRail(key));
    await this.driver.press("Enter");
  }

  /** Whether an entry of the rail can be seen without scrolling. */
  async isInRail(key) {
    return this.driver.isInSight(this.#inRail(key));
  }

  get finder() {
    return { role: "dialog", name: this.say("quick.title") };
  }

  get #findBox() {
    return { role: "combobox", within: this.finder };
  }

  /** Opens the finder by its keys. */
  async openFinder() {
    await this.driver.press("Control+k");
    await this.seeFinder();
  }

  async seeFinder() {
    await this.driver.seeFocus(this.#findBox);
    await this.driver.inspect("finder");
  }

  /** How many pixels of the finder are out of sight, beside what its list scrolls. */
  async finderOutOfSight() {
    return this.driver.onPage(() => {
      const finder = document.querySelector("dialog[open]");
      return finder.scrollHeight - finder.clientHeight;
    });
  }

  async openFinderByButton() {
    await this.driver.click({ role: "button", name: this.say("quick.title") });
    await this.seeFinder();
  }

  /** Types into the finder, and waits for a result. */
  async find(text, name) {
    await this.driver.press("Control+a");
    await this.driver.type(text);
    await this.driver.see({ role: "option", name, exact: false, within: this.finder });
  }

  /** The names of the groups of results. */
  async foundGroups() {
    const groups = { role: "group", within: this.finder };
    const names = [];
    for (let nth = 0; nth < (await this.driver.count(groups)); nth += 1) {
      names.push(await this.driver.attributeOf({ ...groups, nth }, "aria-label"));
    }
    return names;
  }

  /** Waits until a result has the highlight. */
  async seeHighlighted(name) {
    const option = { role: "option", name, exact: false, within: this.finder };
    await this.driver.seeAttribute(option, "aria-selected", "true");
  }

  async seeNothingFound() {
    await this.driver.see({ text: this.say("common.no_matches"), within: this.finder });
    await this.driver.inspect("finder, nothing found");
  }

  async seeFinderClosed() {
    await this.driver.gone(this.finder);
  }

  get shortcuts() {
    return { role: "dialog", name: this.say("quick.shortcuts") };
  }

  /** Waits for the list of shortcuts, and closes it. */
  async seeShortcuts() {
    await this.driver.see({ text: this.say("nav.user_management"), within: this.shortcuts });
    // Those of the rows of a file are named here too: in a narrow window there is no room for them beside the rows.
    await this.driver.see({ text: this.say("invite_csv.grid_hint"), within: this.shortcuts });
    await this.driver.inspect("keyboard shortcuts");
    await this.driver.press("Escape");
    await this.driver.gone(this.shortcuts);
  }

  async signOut(name) {
    await this.driver.click({ role: "button", name: this.say("nav.person", { name }) });
    await this.driver.click({ role: "menuitem", name: this.say("nav.sign_out") });
  }

  get #losingDraft() {
    return { role: "dialog", name: this.say("draft.sign_out_title") };
  }

  /** Waits for the question whether to lose a draft by signing out. */
  async seeDraftAskedAbout(file) {
    await this.driver.see({ text: this.say("draft.sign_out_text", { file }), within: this.#losingDraft });
    await this.driver.inspect("sign out with a draft");
  }

  async staySignedIn() {
    await this.driver.click({ role: "button", name: this.say("common.cancel"), within: this.#losingDraft });
    await this.driver.gone(this.#losingDraft);
  }

  async agreeToLoseDraft() {
    await this.driver.click({ role: "button", name: this.say("sending.sign_out"), within: this.#losingDraft });
  }

  async discardAndSignOut() {
    await this.agreeToLoseDraft();
    await this.seeSignedOut();
  }

  get #losingUnsent() {
    return { role: "dialog", name: this.say("sending.sign_out_title") };
  }

  /** Waits for the question whether to lose unsent invitations by signing out. */
  async seeUnsentAskedAbout() {
    await this.driver.see({ text: this.say("sending.sign_out_text"), within: this.#losingUnsent });
    await this.driver.inspect("sign out with unsent invitations");
  }

  async keepUnsent() {
    await this.driver.click({ role: "button", name: this.say("common.cancel"), within: this.#losingUnsent });
    await this.driver.gone(this.#losingUnsent);
  }

  /** Discards them, and asks to sign out. */
  async agreeToSignOut() {
    await this.driver.click({ role: "button", name: this.say("sending.sign_out"), within: this.#losingUnsent });
  }

  /** Waits until nothing but the signed-out screen is left. */
  async seeSignedOut() {
    await this.driver.see({ role: "heading", name: this.say("sign_in.title") });
  }

  async seeForbidden() {
    await this.driver.see({ role: "heading", name: this.say("forbidden.title") });
    await this.driver.inspect("forbidden");
  }

  async seeNotFound() {
    await this.driver.see({ role: "heading", name: this.say("not_found.title") });
    await this.driver.inspect("not found");
  }

  async seeOffline() {
    await this.driver.see({ text: this.say("app.offline") });
    await this.driver.inspect("offline");
  }

  /** Waits for what stands in place of a screen while it cannot be known who is signed in. */
  async seeUnknown() {
    await this.driver.see({ role: "heading", name: this.say("app.offline_title") });
    await this.driver.see({ text: this.say("app.who_unknown") });
    await this.driver.inspect("opened without a network");
  }

  async seeOnline() {
    await this.driver.gone({ text: this.say("app.offline") });
  }

  async seeUnreachable() {
    await this.driver.see({ text: this.say("app.unreachable"), within: { role: "status" } });
    await this.driver.inspect("server out of reach");
  }

  async seeReachable() {
    await this.driver.gone({ text: this.say("app.unreachable") });
  }

  /** Waits until a screen says that only another version of it is there. */
  async seeNewVersion() {
    await this.driver.see({ role: "heading", name: this.say("app.replaced_title") });
    await this.driver.see({ text: this.say("app.replaced"), within: { role: "alert" } });
    await this.driver.inspect("new version");
  }

  /** Reloads the page by the button of a screen that cannot be shown otherwise. */
  async reload() {
    await this.driver.click({ role: "button", name: this.say("panic.reload") });
  }

  /** Whether the product's logo is drawn. */
  async hasLogo() {
    return this.driver.isDrawn(".brand .logo");
  }

  get #replaced() {
    return { role: "dialog", name: this.say("session.replaced_title") };
  }

  /** Waits for the dialog that replaces the screen once another person has signed in. */
  async seeReplaced(other, mine) {
    await this.driver.see({ text: this.say("session.replaced_text", { other, mine }), within: this.#replaced });
    await this.driver.inspect("replaced by somebody else");
  }

  /** Waits until the screen is back, once its person has signed in again. */
  async seeBack() {
    await this.driver.gone(this.#replaced);
  }

  async goOnAs(name) {
    await this.driver.click({ role: "button", name: this.say("session.go_on_as", { name }), within: this.#replaced });
  }

  async signInAgainAs(name, password) {
    const within = this.#replaced;
    await this.driver.click({ role: "button", name: this.say("session.sign_in_again_as", { name }), within });
    await this.driver.inspect("sign in in the place of somebody else");
    await this.driver.fill(this.say("sign_in.password"), password, within);
    await this.driver.click({ role: "button", name: this.say("sign_in.button"), within });
    await this.driver.gone(within);
  }

  /** Waits until a text is shown, as a notice or in place. */
  async seeSaid(text) {
    await this.driver.see({ text });
  }

  get #undo() {
    return { role: "button", name: this.say("common.undo"), within: { role: "region", name: this.say("common.notices") } };
  }

  /** Waits until a notice offers to undo a change, and points at the latest of them, so that it stays. */
  async seeUndoable() {
    await this.driver.pointAt({ ...this.#undo, nth: -1 });
    await this.driver.inspect("notice with a way back");
  }

  async undo() {
    await this.driver.click(this.#undo);
  }

  /** Closes a notice, which in a narrow window lies over what is at the end of the page. */
  async closeNotice(name) {
    const within = { role: "group", name, within: { role: "region", name: this.say("common.notices") } };
    await this.driver.see(within);
    const close = { role: "button", name: this.say("common.close"), exact: false, within };
    await this.driver.click(close).catch(async (error) => {
      // It may have closed by itself.
      if (await this.driver.has(within)) throw error;
    });
    await this.driver.gone(within);
  }

  /** Undoes the latest change by the keys, where several can be undone. */
  async undoLatest() {
    await this.seeUndoable();
    await this.driver.press("Control+z");
  }

  /** Stops what is being undone. */
  async stopWork() {
    const within = { role: "region", name: this.say("common.notices") };
    await this.driver.see({ role: "progressbar", within });
    await this.driver.click({ role: "button", name: this.say("common.stop"), within });
  }

  async hasUndo() {
    return this.driver.has(this.#undo);
  }

  async seeUndoGone() {
    await this.driver.gone(this.#undo);
  }

  /** Points at the notice. */
  async pointAtUndo() {
    await this.driver.pointAt(this.#undo);
  }

  /** Goes to the notice with the keyboard. */
  async tabToUndo() {
    await this.driver.tabTo(this.#undo);
  }

  get #whetherThere() {
    return { role: "dialog", name: this.say("ending.title") };
  }

  /** Waits for the dialog before a session ends. */
  async seeAskedWhetherThere() {
    await this.driver.see(this.#whetherThere);
    await this.driver.inspect("session ends soon");
  }

  async seeNotAskedWhetherThere() {
    await this.driver.gone(this.#whetherThere);
  }

  async isAskedWhetherThere() {
    return this.driver.has(this.#whetherThere);
  }

  async sayThatThere() {
    await this.driver.click({ role: "button", name: this.say("ending.stay"), within: this.#whetherThere });
    await this.driver.gone(this.#whetherThere);
  }

  get #end() {
    return { role: "dialog", name: this.say("ending.final_title") };
  }

  /** Waits for the dialog before a session ends in any case. */
  async seeEndSaid() {
    await this.driver.see(this.#end);
    await this.driver.inspect("session ends in any case");
  }

  async isEndSaid() {
    return this.driver.has(this.#end);
  }

  async noteEnd() {
    await this.driver.click({ role: "button", name: this.say("common.ok"), within: this.#end });
    await this.driver.gone(this.#end);
  }

  /** The dialog over an expired session. */
  async seeSignInAgain() {
    await this.driver.see({ role: "dialog", name: this.say("sign_in.again_title") });
    await this.driver.inspect("sign in again");
  }

  /** Signs in again in that dialog; with a wrong password it stays. */
  async signInAgain(password, { expected = "accepted" } = {}) {
    const within = { role: "dialog", name: this.say("sign_in.again_title") };
    await this.driver.fill(this.say("sign_in.password"), password, within);
    await this.driver.click({ role: "button", name: this.say("sign_in.button"), within });
    if (expected === "accepted") await this.driver.gone(within);
  }

  /** Waits until the session goes on. */
  async seeSignedInAgain() {
    await this.driver.gone({ role: "dialog", name: this.say("sign_in.again_title") });
  }

  /** The list of background work. */
  get work() {
    return { role: "region", name: this.say("work.title") };
  }

  get workButton() {
    return { role: "button", name: new RegExp(`^${this.say("work.title")}`) };
  }

  /** Opens the list of background work, unless it is open. */
  async openWork() {
    await this.#seeInOpenWork({ role: "heading", name: this.say("work.title") });
  }

  /** Closes it by its key, after which its button has the focus. */
  async closeWork() {
    await this.driver.press("Escape");
    await this.driver.gone(this.work);
    await this.driver.seeFocus(this.workButton);
  }

  /** Waits until the button says something besides its name. */
  async seeWorkMarked(key, values) {
    await this.driver.see({ role: "button", name: `${this.say("work.title")} ${this.say(key, values)}` });
  }

  /** Waits until the button says nothing but its name. */
  async seeWorkQuiet() {
    await this.driver.see({ role: "button", name: this.say("work.title") });
  }

  /** Waits until the list of background work shows something. A screen that arrives late closes the list that was open before. */
  async #seeInOpenWork(what) {
    await until(
      async () => {
        // The button knows at once, the list is drawn a moment later. A list that closes meanwhile would be waited for in vain.
        const isOpen = await this.driver.attributeOf(this.workButton, "aria-expanded");
        if (isOpen !== "true") await this.driver.click(this.workButton);
        return this.driver.has({ ...what, within: this.work });
      },
      () => `${JSON.stringify(what)} in the background work`,
    );
  }

  /** Waits until the list of background work shows a text. */
  async seeInWork(key, values) {
    await this.#seeInOpenWork({ text: this.say(key, values) });
  }

  /** Waits until nothing is under way. */
  async seeNothingUnderWay() {
    await this.seeInWork("work.nothing");
  }

  /** Waits until the invitations of a file are among what has ended. */
  async seeBatchEnded(file) {
    await this.#seeInOpenWork(this.endedBatch(file));
  }

  endedBatch(file) {
    return { role: "link", name: this.say("sending.name_file", { file }), within: this.work };
  }

  /** The names of what has ended, the latest first. */
  async endedWorks() {
    return this.driver.textsOf({ role: "listitem", within: { role: "list", within: this.work, nth: -2 } });
  }

  /** Goes to a screen without reloading the app. */
  async goByRail(key) {
    const link = { role: "link", name: this.say(key), within: { role: "navigation", name: this.say("nav.rail") } };
    if (!(await this.driver.has(link))) await this.toggleRail();
    await this.driver.click(link);
  }

  async seeSyncMoving() {
    await this.#seeInOpenWork({ role: "progressbar", name: this.say("actions_config.field_sync") });
  }

  async seeSyncState(key) {
    await this.#seeInOpenWork({ text: this.say(key), nth: 0 });
  }

  /** Follows the link to the card of the sync, by which the list closes. */
  async followSync() {
    await this.openWork();
    await this.driver.click({ role: "link", name: this.say("field_sync.see_details"), within: this.work });
    await this.driver.seeFocus({ role: "heading", name: this.say("actions_config.field_sync") });
    await this.driver.gone(this.work);
  }
}
