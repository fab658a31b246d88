// User Management.

/** The menus of the bar for several people, by their actions. */
const MENU_OF = {
  "users.revoke": "users.more",
  "users.deactivate": "users.more",
  "users.reactivate": "users.more",
  "users.remove": "users.more",
  "role.user": "field.role",
  "role.admin": "field.role",
};

/** The person in a cell: initials, name and address, in which the name is missing if it is the address. */
export function personIn(cell) {
  const lines = cell.split("\n");
  const email = lines.at(-1).trim();
  return { name: lines.length > 2 ? lines.at(-2).trim() : email, email };
}

export class Users {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  get #table() {
    return { role: "table", name: this.say("users.caption") };
  }

  async open(query = "") {
    await this.driver.goto(`/settings/admin/users${query}`);
    await this.arrive();
  }

  /** Waits until the list is there. */
  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("nav.user_management") });
    await this.driver.see(this.#table);
    await this.driver.inspect("user management");
  }

  /** Chooses an entry of the Actions menu. */
  async act(key) {
    await this.driver.click({ role: "button", name: this.say("users.actions") });
    await this.driver.inspect("actions menu");
    await this.driver.click({ role: "menuitem", name: this.say(key) });
  }

  /** Chooses one of the ways to invite, by the screen's own button. */
  async inviteBy(key) {
    await this.driver.click({ role: "button", name: this.say("users.invite_users") });
    await this.driver.inspect("ways to invite");
    await this.driver.click({ role: "menuitem", name: `${this.say(key)} ${this.say(`${key}_hint`)}` });
  }

  /** The list as a file, all its pages. */
  async exported() {
    await this.driver.click({ role: "button", name: this.say("users.actions") });
    return this.driver.download({ role: "menuitem", name: this.say("users.export") });
  }

  /** Asks for the list as a file, which the browser may refuse. */
  async tryToExport() {
    await this.openMenu();
    await this.driver.click({ role: "menuitem", name: this.say("users.export") });
  }

  async openMenu() {
    await this.driver.click({ role: "button", name: this.say("users.actions") });
    await this.driver.see({ role: "menuitem", name: this.say("users.invite_users") });
  }

  /** The heights of the rows, in pixels. */
  async rowHeights() {
    return this.driver.onPage(() =>
      [...document.querySelectorAll("main table tbody tr")].map((row) => row.getBoundingClientRect().height),
    );
  }

  async nextPage() {
    await this.driver.click({ role: "button", name: this.say("pager.next") });
    await this.driver.see({ role: "button", name: this.say("pager.previous") });
    // Until then the people of the page before are shown.
    const range = this.say("pager.range", { from: "{from}", to: "{to}", total: "{total}" });
    await this.driver.see({ text: new RegExp(range.replace("{from}", "(?!1\\D)\\d+").replaceAll(/\{\w+\}/g, "[\\d,]+")) });
    await this.driver.inspect("second page of people");
  }

  async search(text) {
    await this.driver.fill(this.say("users.search"), text);
  }

  /** The button that filters by a status, with the number of people who have it. */
  #status(key, count) {
    const within = { role: "group", name: this.say("field.status") };
    return { role: "button", name: count === undefined ? new RegExp(`^${this.say(key)} `) : `${this.say(key)} ${count}`, within };
  }

  /** By the key of a status, or of all. */
  async filterByStatus(key) {
    await this.driver.click(this.#status(key));
  }

  /** Waits until so many people are said to have a status. */
  async seeStatusCount(key, count) {
    await this.driver.see(this.#status(key, count));
  }

  /** Waits until the list says which people are on the page, of how many. */
  async seeRange(from, to, total) {
    await this.driver.see({ text: this.say("pager.range", { from, to, total }) });
  }

  /** Chooses a setting of the View menu, by its label. */
  async setView(role, label) {
    await this.driver.click({ role: "button", name: this.say("table.view") });
    await this.driver.inspect("view menu");
    await this.driver.click({ role, name: label });
  }

  #columnItem(key) {
    // It may say too that there is no room for the column.
    return { role: "menuitemcheckbox", name: new RegExp(`^${this.say(key)}`) };
  }

  /** Which of the columns that are to be shown have no room, as the View menu says. */
  async squeezed(keys) {
    await this.driver.click({ role: "button", name: this.say("table.view") });
    await this.driver.see(this.#columnItem(keys[0]));
    await this.driver.inspect("view menu of a narrow table");
    const squeezed = [];
    for (const key of keys) {
      if (await this.driver.has({ text: this.say("table.no_room"), within: this.#columnItem(key) })) squeezed.push(key);
    }
    await this.driver.press("Escape");
    return squeezed;
  }

  async toggleColumn(key) {
    await this.setView("menuitemcheckbox", this.#columnItem(key).name);
    await this.driver.press("Escape");
  }

  /** Whether a column is there. */
  async hasColumn(key) {
    return this.driver.has({ role: "columnheader", name: this.say(key), exact: false, within: this.#table });
  }

  async seeColumnGone(key) {
    await this.driver.gone({ role: "columnheader", name: this.say(key), exact: false, within: this.#table });
  }

  async sortBy(key) {
    await this.driver.click({ role: "button", name: this.say(key), within: this.#table });
  }

  async seeSorted(key, direction) {
    const head = { role: "columnheader", name: this.say(key), exact: false, within: this.#table };
    await this.driver.seeAttribute(head, "aria-sort", direction);
    await this.driver.seeAttribute({ role: "button", name: this.say(key), within: this.#table }, "aria-pressed", "true");
  }

  /** Waits until the first row shows a status. */
  async seeFirstStatus(key) {
    await this.driver.see({ text: this.say(key), within: { role: "row", nth: 1, within: this.#table } });
  }

  /** Waits until a person's row has the focus. */
  async seeFocusOnRow() {
    await this.driver.seeFocusIn({ role: "row", within: this.#table });
  }

  /** Waits for the total number of people. */
  async seeTotal(count) {
    await this.driver.see({ text: this.say("users.total", { count }) });
  }

  async seeNobody() {
    await this.driver.see({ text: this.say("users.nobody_title") });
    await this.driver.inspect("nobody found");
  }

  async showEverybody() {
    await this.driver.click({ role: "link", name: this.say("users.clear_filters") });
  }

  async seeSeats(used, limit) {
    await this.driver.see({ text: this.say("users.seats_text", { used, limit, count: limit - used }) });
  }

  #row(email) {
    return { role: "row", name: email, exact: false };
  }

  /** Waits until a person's row shows a status. */
  async seeStatus(email, key) {
    await this.driver.see({ text: this.say(key), within: this.#row(email) });
  }

  async seeTeams(email, names) {
    await this.driver.see({ text: names, within: this.#row(email) });
  }

  async seeGone(email) {
    await this.driver.gone(this.#row(email));
  }

  /** The displayed rows, as `{ name, email }`, in their order. */
  async shown() {
    const [, ...rows] = await this.driver.cellsOf("table", this.say("users.caption"));
    return rows.map(([, person]) => personIn(person));
  }

  /** Chooses an entry of a person's menu. */
  async actOn(email, key) {
    await this.driver.click({ role: "button", name: this.#actionsFor, exact: false, within: this.#row(email) });
    await this.driver.inspect("menu of a person");
    await this.driver.click({ role: "menuitem", name: this.say(key), exact: false });
  }

  get #actionsFor() {
    return this.say("users.row_actions", { name: "" }).trim();
  }

  /** The confirmation before something is removed. */
  async seeQuestion(title) {
    await this.driver.see({ role: "dialog", name: title });
    await this.driver.inspect(`question: ${title}`);
  }

  async confirm(key) {
    await this.driver.click({ role: "button", name: this.say(key), within: { role: "dialog" } });
  }

  #role(name) {
    return { role: "combobox", name: this.say("users.role_of", { name }) };
  }

  /** Changes a person's role; an administrator's is confirmed. */
  async changeRole(name, key) {
    await this.chooseRole(name, key);
    if (key === "role.admin") await this.confirmGrant(name);
  }

  /** Chooses a role from the list. */
  async chooseRole(name, key) {
    await this.driver.click(this.#role(name));
    await this.driver.inspect("roles to choose from");
    const list = { role: "listbox", name: this.say("users.role_of", { name }) };
    await this.driver.click({ role: "option", name: this.say(key), within: list });
  }

  async confirmGrant(name) {
    await this.seeQuestion(this.say("users.grant_title", { name }));
    await this.confirm("users.grant");
    await this.driver.gone({ role: "dialog" });
  }

  async cancelGrant(name) {
    await this.seeQuestion(this.say("users.grant_title", { name }));
    await this.confirm("common.cancel");
    await this.driver.gone({ role: "dialog" });
  }

  /** Moves the focus to a person's role. */
  async focusRole(name) {
    await this.driver.focusOn(this.#role(name));
  }

  async seeFocusOnRole(name) {
    await this.driver.seeFocus(this.#role(name));
  }

  /** Why the role of a person cannot be changed. */
  async reasonAgainstRole(name) {
    return this.driver.attributeOf(this.#role(name), "title");
  }

  /** Gives a person these personas, in the dialog of their row. */
  async setPersonas(email, name, keys) {
    await this.actOn(email, "users.personas");
    const within = { role: "dialog", name: this.say("users.personas_title", { name }) };
    await this.driver.see(within);
    await this.driver.inspect("personas of somebody");
    for (const key of keys) await this.driver.check(this.say(key), within);
    await this.driver.click({ role: "button", name: this.say("common.save"), within });
    await this.driver.gone(within);
  }

  /** Follows a person's name to their page. */
  async openPersonByKeyboard(name) {
    await this.driver.focusOn({ role: "link", name, within: this.#table });
    await this.driver.press("Enter");
  }

  /** Waits until a person's row shows a text. */
  async seeInRow(email, text) {
    await this.driver.see({ text, within: this.#row(email) });
  }

  async pick(name) {
    await this.driver.check(this.say("users.pick", { name }));
  }

  /** Clicks the box in the head, or the one of a person. */
  async tick(name) {
    await this.driver.click({ label: this.say(...(name ? ["users.pick", { name }] : ["table.pick_all"])) });
  }

  /** Finds what reads out how many are picked, before anybody is; returns how to ask it later whether it says a number. */
  async listenToCount() {
    await this.driver.onPage(() => (window.reader = document.querySelector(".dock [role=status]")));
    const words = () => this.driver.onPage(() => window.reader?.isConnected && window.reader.textContent);
    return async (count) => (await words()) === this.say("users.chosen", { count });
  }

  /** Waits until so many people are picked, and says whether the box in the head is ticked. */
  async isTickedWith(count) {
    if (count) await this.driver.see({ text: this.say("users.chosen", { count }), within: this.#bulk });
    else await this.driver.gone(this.#bulk);
    return this.driver.isChecked(this.say("table.pick_all"));
  }

  get #bulk() {
    return { role: "group", name: this.say("users.bulk") };
  }

  /** Does something to those who are picked, by a button of the bar or an entry of one of its menus. */
  async actOnPicked(key, menu = MENU_OF[key]) {
    await this.driver.inspect("several people picked");
    if (menu) await this.driver.click({ role: "button", name: this.say(menu), within: this.#bulk });
    await this.driver.click({ role: menu ? "menuitem" : "button", name: this.say(key), within: this.#bulk });
  }

  /** Picks everybody who matches, on all pages. */
  async pickAll(count) {
    await this.driver.click({ role: "button", name: this.say("users.choose_all", { count }), within: this.#bulk });
  }

  /** Waits until it is said to how many of several people something was not done. */
  async seeNotDone(count) {
    await this.driver.see({
      text: this.say("users.bulk_undone", { count }),
      within: { role: "group", name: this.say("users.bulk_outcome") },
    });
    await this.driver.inspect("outcome for several people");
  }

  /** Waits until how many are picked has the focus. */
  async seeFocusOnCount() {
    await this.driver.seeFocus({ role: "strong", within: this.#bulk });
  }

  /** Reads the workspaces again for several people, once that failed. */
  async reloadWorkspaces() {
    const again = { role: "button", name: this.say("users.workspaces_again"), within: this.#bulk };
    await this.driver.click(again);
    await this.driver.gone(again);
  }

  /** Picks nobody any more. */
  async pickNobody() {
    await this.driver.click({ role: "button", name: this.say("users.choose_nobody"), within: this.#bulk });
  }

  get #leaving() {
    return { role: "dialog", name: this.say("users.bulk_leave_title") };
  }

  /** Agrees to leave while several people are being changed. */
  async stopAndLeave() {
    await this.driver.click({ role: "button", name: this.say("users.bulk_leave"), within: this.#leaving });
  }

  /** Stays until all of them are changed. */
  async goOn() {
    await this.driver.click({ role: "button", name: this.say("common.cancel"), within: this.#leaving });
    await this.driver.gone(this.#leaving);
  }

  async stop() {
    await this.driver.click({ role: "button", name: this.say("common.stop"), within: this.#bulk });
  }

  async seeFocusOnStop() {
    await this.driver.seeFocus({ role: "button", name: this.say("common.stop"), within: this.#bulk });
  }

  /** Waits until the list has the focus. */
  async seeFocusOnList() {
    await this.driver.seeFocus({ role: "group", name: this.say("users.caption") });
  }

  /** The link in the dialog that shows it. */
  async linkInDialog() {
    const dialog = { role: "dialog", name: this.say("invitation.link_title") };
    await this.driver.see({ text: "/activate#", within: dialog });
    await this.driver.inspect("invitation link");
    const link = await this.driver.textOf({ text: "/activate#", within: dialog });
    await this.driver.click({ role: "button", name: this.say("common.close"), within: dialog });
    await this.driver.gone(dialog);
    return link;
  }

  /** The failure shown in place of a list that could not be loaded. */
  async seeFailed(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
  }

  async retry() {
    await this.driver.click({ role: "button", name: this.say("common.try_again") });
  }

  /** Why a confirmed action failed, in its dialog. */
  async seeRefusal(message) {
    await this.driver.see({ text: message, within: { role: "dialog" } });
    await this.driver.inspect("question with a refusal");
  }

  /** Waits until a person's role is this one. */
  async seeRole(name, key) {
    await this.driver.see({ text: this.say(key), whole: true, within: this.#role(name) });
  }
}
