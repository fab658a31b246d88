// The page of one person.
export class User {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async open(id, name) {
    await this.driver.goto(`/settings/admin/users/${id}`);
    await this.arrive(name);
  }

  /** Waits until the person is shown. */
  async arrive(name) {
    await this.driver.see({ role: "heading", name });
    await this.driver.see({ role: "heading", name: this.say("user.may_do") });
    await this.#seeHistory();
    await this.driver.inspect("person");
  }

  /** Waits until both lists of events are loaded. */
  async #seeHistory() {
    for (const key of ["user.did", "user.done_to"]) {
      await this.driver.seeOneOf(
        { role: "table", name: this.say(key) },
        { text: this.say("user.nothing_recorded"), within: this.#region(key) },
      );
    }
  }

  #region(key) {
    return { role: "region", name: this.say(key) };
  }

  async seeFocusOnName(name) {
    await this.driver.seeFocus({ role: "heading", name });
  }

  /** Follows the breadcrumb to the list of people. */
  async backToList() {
    const within = { role: "navigation", name: this.say("common.breadcrumb") };
    await this.driver.click({ role: "link", name: this.say("nav.user_management"), within });
  }

  async seeGone() {
    await this.driver.see({ text: this.say("user.gone_title") });
    await this.driver.inspect("person who is gone");
  }

  /** Follows the link to the events of a person who is gone; `key` names the list. */
  async openLogOfGone(key) {
    await this.driver.click({ role: "link", name: this.say(key) });
  }

  /** Follows the name of whoever sent the latest invitation. */
  async openInviter(name) {
    const within = { role: "table", name: this.say("user.invitations") };
    await this.driver.click({ role: "link", name, within, nth: 0 });
  }

  /** Follows a name in the list of what was done to the person. */
  async openWhoDid(name) {
    const within = { role: "table", name: this.say("user.done_to") };
    await this.driver.click({ role: "link", name, within });
  }

  async seeFailed(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
    await this.driver.inspect("person, failed");
  }

  async retry() {
    await this.driver.click({ role: "button", name: this.say("common.try_again") });
  }

  async seeStatus(key) {
    await this.driver.see({ text: this.say(key), whole: true });
  }

  /** Waits for a text in what the person may do. */
  async seeAccess(text) {
    await this.driver.see({ text, within: this.#region("user.may_do") });
  }

  async seeNoAccess(text) {
    await this.driver.gone({ text, within: this.#region("user.may_do") });
  }

  async seeFactors(text) {
    await this.driver.see({ text, within: this.#region("factors.title") });
  }

  /** Removes the person's second factors, after a question. */
  async resetFactors(name) {
    await this.driver.click({ role: "button", name: this.say("factors.reset"), within: this.#region("factors.title") });
    const within = { role: "dialog", name: this.say("factors.reset_title", { name }) };
    await this.driver.see({ text: this.say("factors.reset_text"), within });
    await this.driver.inspect("question before a reset of second factors");
    await this.driver.click({ role: "button", name: this.say("factors.reset"), within });
  }

  async seeConnection(text) {
    await this.driver.see({ text, within: this.#region("user.connections") });
  }

  /** The rows of the invitations, each as its cells. */
  async invitations() {
    const [, ...rows] = await this.driver.cellsOf("table", this.say("user.invitations"));
    return rows;
  }

  /** Waits for an event in one of the lists; `key` names the list. */
  async seeEvent(key, text) {
    await this.driver.see({ text, within: { role: "table", name: this.say(key) } });
  }

  /** Follows a list into the audit log. */
  async openLog(key) {
    await this.driver.click({ role: "link", name: this.say("user.show_all"), exact: false, within: this.#region(key) });
  }

  #role(name) {
    return { role: "combobox", name: this.say("users.role_of", { name }) };
  }

  async chooseRole(name, key) {
    await this.driver.click(this.#role(name));
    const list = { role: "listbox", name: this.say("users.role_of", { name }) };
    await this.driver.inspect("role of a person");
    await this.driver.click({ role: "option", name: this.say(key), within: list });
  }

  #workspace(name) {
    return { role: "combobox", name: this.say("user.workspace_of", { name }) };
  }

  async chooseWorkspace(name, workspace) {
    await this.driver.click(this.#workspace(name));
    await this.driver.inspect("workspace of a person");
    const list = { role: "listbox", name: this.say("user.workspace_of", { name }) };
    await this.driver.click({ role: "option", name: workspace, within: list });
  }

  async seeWorkspace(name, workspace) {
    await this.driver.see({ text: workspace, whole: true, within: this.#workspace(name) });
  }

  /** How long ago the latest event of a list was; `key` names the list. */
  async whenDone(key) {
    const [, [when]] = await this.driver.cellsOf("table", this.say(key));
    return when;
  }

  /** Chooses an entry of the Actions menu. */
  async act(key) {
    await this.driver.click({ role: "button", name: this.say("users.actions") });
    await this.driver.inspect("actions on a person");
    await this.driver.click({ role: "menuitem", name: this.say(key), exact: false });
  }

  /** Waits until an entry of the Actions menu cannot be chosen, for a reason that it says. */
  async seeRefused(key, reason) {
    await this.driver.click({ role: "button", name: this.say("users.actions") });
    await this.driver.seeAttribute({ role: "menuitem", name: `${this.say(key)} ${reason}` }, "aria-disabled", "true");
    await this.driver.inspect("actions on a protected person");
    await this.driver.press("Escape");
  }

  /** Waits until the role cannot be changed, for a reason that it says. */
  async seeRoleFixed(name, reason) {
    await this.driver.seeAttribute(this.#role(name), "aria-disabled", "true");
    await this.seeAccess(reason);
  }

  /** Ticks a box of the question before it is answered. */
  async tickInQuestion(name) {
    await this.driver.click({ role: "checkbox", name, within: { role: "dialog" } });
    await this.driver.inspect("question with boxes");
  }

  /** The confirmation before something is removed or given. */
  async confirm(title, key) {
    await this.driver.see({ role: "dialog", name: title });
    await this.driver.click({ role: "button", name: this.say(key), within: { role: "dialog" } });
  }

  async rename(first, last) {
    await this.act("user.rename");
    const within = { role: "dialog", name: this.say("user.rename") };
    await this.driver.see(within);
    await this.driver.inspect("name of a person");
    await this.driver.fill(this.say("field.first_name"), first, within);
    await this.driver.fill(this.say("field.last_name"), last, within);
    await this.driver.click({ role: "button", name: this.say("common.save"), within });
  }

  async addToTeam(team) {
    await this.driver.click({ role: "button", name: this.say("teams.add_to_teams"), within: this.#region("user.may_do") });
    const within = { role: "dialog" };
    await this.driver.choose(this.say("field.team"), team, within);
    await this.driver.click({ role: "button", name: this.say("common.add"), within });
    await this.driver.gone(within);
  }

  async leaveTeam(team) {
    await this.driver.click({ role: "button", name: this.say("user.leave_team", { team }) });
  }

  async setPersonas(name, keys) {
    await this.act("users.personas");
    const within = { role: "dialog", name: this.say("users.personas_title", { name }) };
    await this.driver.see(within);
    for (const key of keys) await this.driver.check(this.say(key), within);
    await this.driver.click({ role: "button", name: this.say("common.save"), within });
    await this.driver.gone(within);
  }
}
