// Invite Users, by typing addresses.
export class Invite {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  get #chips() {
    return { role: "list", name: this.say("invite.chips") };
  }

  get #results() {
    return { role: "table", name: this.say("batches.rows_caption") };
  }

  async open() {
    await this.driver.goto("/settings/admin/users/invite");
    await this.arrive();
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("users.invite_users") });
    await this.driver.see({ label: this.say("invite.addresses") });
    // Not the entry of the rail, which a narrow window hides.
    await this.driver.see({ text: this.say("field.teams"), within: { role: "main" } });
    await this.driver.inspect("invite: addresses");
  }

  /** Fills the box and leaves it, which turns the text into entries. */
  async enter(text) {
    await this.driver.fill(this.say("invite.addresses"), text);
    await this.driver.press("Tab");
  }

  /** Pastes a text into the box. */
  async paste(text) {
    await this.driver.onPage((text) => {
      const box = document.querySelector("main textarea");
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      box.value = text;
      box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }, text);
  }

  /** Waits for the offer to go on with a table where its other columns count too, and takes it. */
  async goOnWithTable() {
    await this.driver.see({ text: this.say("invite.table_pasted") });
    await this.driver.inspect("invite: table pasted");
    await this.driver.click({ role: "link", name: this.say("users.invite_users_via_csv"), within: { role: "main" }, nth: 0 });
  }

  /** Sends a test mail, and waits until this is said about it. */
  async sendTest(said) {
    await this.driver.click({ role: "button", name: this.say("mail_options.test") });
    await this.seeTest(said);
  }

  async seeTest(said) {
    await this.driver.see({ text: said });
    await this.driver.inspect("test mail");
  }

  /** Waits for the entry of an address, with its problem. */
  async seeEntry(address, reason) {
    await this.driver.see({ text: address, within: this.#chips });
    if (reason) await this.driver.see({ text: reason, within: this.#chips });
  }

  /** Waits until the box shows a problem of the whole input. */
  async seeProblem(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
    await this.driver.inspect("invite: nobody entered");
  }

  async inspectEntries() {
    await this.driver.inspect("invite: entries");
  }

  async takeSuggestion(address) {
    await this.driver.click({ role: "button", name: this.say("invite.correct_to", { address }) });
  }

  /** Changes an entry by a click on it. */
  async edit(address, text) {
    await this.driver.click({ role: "button", name: address, exact: false, nth: 0, within: this.#chips });
    await this.#retype(text);
  }

  /** Changes the focused entry. */
  async editByKey(text) {
    await this.driver.press("Enter");
    await this.#retype(text);
  }

  async #retype(text) {
    const field = { role: "textbox", name: this.say("invite.edit_label") };
    await this.driver.seeFocus(field);
    await this.driver.inspect("invite: entry being changed");
    await this.driver.press("Control+a");
    await this.driver.type(text);
    await this.driver.press("Enter");
    await this.driver.gone(field);
  }

  /** Waits until the entry of an address has the focus. */
  async seeKeyboardOn(address) {
    await this.driver.seeFocus({ role: "button", name: address, exact: false, nth: 0, within: this.#chips });
  }

  /** Shows the rest of the entries, so many. */
  async showRest(count) {
    await this.driver.click({ role: "button", name: this.say("common.show_more", { count, hidden: count }) });
  }

  /** Waits until an entry itself has the focus, by its place. */
  async seeFocusOnEntry(nth) {
    await this.driver.seeFocus({ role: "listitem", within: this.#chips, nth });
  }

  async removeUnfit(count) {
    await this.driver.click({ role: "button", name: this.say("invite.remove_unfit", { count }) });
  }

  async remove(address) {
    await this.driver.click({ role: "button", name: this.say("invite.remove", { address }) });
  }

  async chooseRole(key) {
    await this.driver.choose(this.say("field.role"), this.say(key));
  }

  async chooseTeam(name) {
    await this.driver.check(name);
  }

  async message(text) {
    await this.driver.fill(this.say("mail_options.message"), text);
  }

  /** Waits until the focus is on the summary of what is wrong with the options. */
  async seeFocusOnProblem(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
    await this.driver.seeFocus({ role: "alert" });
    await this.driver.inspect("invite: options that are wrong");
  }

  /** From the addresses to the review. */
  async next() {
    await this.driver.click({ role: "button", name: this.say("users.invite") });
  }

  async seeReview(count) {
    await this.driver.see({ role: "heading", name: this.say("invite.review_title", { count }) });
    await this.driver.inspect("invite: review");
  }

  /** The role of all people in the review, by its key in the texts. */
  async seeBecoming(key, text) {
    await this.driver.see({ text: this.say(key), whole: true, within: { role: "main" } });
    await this.driver.see({ text, whole: true, within: { role: "main" } });
  }

  /** Waits until the review says something about an invited person. */
  async seeInvited(address, text) {
    const row = { role: "row", name: address, exact: false };
    await this.driver.see({ ...row, within: { role: "table", name: this.say("invite.invited_caption") } });
    if (text) await this.driver.see({ text, within: row });
  }

  /** The people who are left out, as `[address, name, reason]`. */
  async leftOut() {
    const [, ...rows] = await this.driver.cellsOf("table", this.say("invite.left_out_title"));
    return rows;
  }

  async seeNobodyLeftOut() {
    await this.driver.gone({ role: "heading", name: this.say("invite.left_out_title") });
  }

  async invite(count) {
    await this.driver.click({ role: "button", name: this.say("invite.invite_people", { count }) });
  }

  async seeAccepted(count) {
    await this.driver.see({ text: this.say("sending.accepted", { count }) });
    await this.driver.see(this.#results);
    await this.driver.inspect("invite: results");
  }

  /** Waits until it is said what comes next, and for the links to these steps. */
  async seeNextSteps(...numbers) {
    await this.driver.seeOneOf(
      { text: this.say("next_step.label") },
      { text: this.say("next_step.before_set_up"), exact: false },
    );
    for (const number of numbers) await this.driver.see({ role: "link", name: `${number}. ${this.say(`step.${number}`)}` });
  }

  /** Waits until a person's result shows a text. */
  async seeResult(email, text) {
    const row = { role: "row", name: email, exact: false, within: this.#results };
    await this.driver.see({ text, within: row });
  }

  /** Revokes the whole sending on the screen that sent it. */
  async revokeAll() {
    await this.driver.click({ role: "button", name: this.say("batches.revoke_all") });
  }

  async toBatch() {
    await this.driver.click({ role: "link", name: this.say("invitation.to_batch") });
  }
}
