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

  /** Fills the box and leaves it, so that what was typed becomes entries. */
  async enter(text) {
    await this.driver.fill(this.say("invite.addresses"), text);
    await this.driver.press("Tab");
  }

  /** Waits for the entry of an address, with what is said about it. */
  async seeEntry(address, reason) {
    await this.driver.see({ text: address, within: this.#chips });
    if (reason) await this.driver.see({ text: reason, within: this.#chips });
  }

  /** Waits until the box says what is wrong with the whole of it. */
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

  /** Changes the entry that the keyboard is on. */
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

  /** Waits until the keyboard is on the entry of an address. */
  async seeKeyboardOn(address) {
    await this.driver.seeFocus({ role: "button", name: address, exact: false, nth: 0, within: this.#chips });
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

  /** From the addresses to the review. */
  async next() {
    await this.driver.click({ role: "button", name: this.say("users.invite") });
  }

  async seeReview(count) {
    await this.driver.see({ role: "heading", name: this.say("invite.review_title", { count }) });
    await this.driver.inspect("invite: review");
  }

  /** What everybody in the review becomes, by its name in the texts. */
  async seeBecoming(key, text) {
    await this.driver.see({ text: this.say(key), whole: true, within: { role: "main" } });
    await this.driver.see({ text, whole: true, within: { role: "main" } });
  }

  /** Waits until the review says something about somebody who is invited. */
  async seeInvited(address, text) {
    const row = { role: "row", name: address, exact: false };
    await this.driver.see({ ...row, within: { role: "table", name: this.say("invite.invited_caption") } });
    if (text) await this.driver.see({ text, within: row });
  }

  /** Those who are left out as `[address, name, reason]`. */
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

  /** Waits until the way on to steps 6 and 7 is there. */
  async seeNextSteps() {
    for (const number of [6, 7]) {
      await this.driver.see({ role: "link", name: `${number}. ${this.say(`step.${number}`)}` });
    }
  }

  /** Waits until somebody's result says something. */
  async seeResult(email, text) {
    const row = { role: "row", name: email, exact: false, within: this.#results };
    await this.driver.see({ text, within: row });
  }

  /** Takes everything back, right where it was sent. */
  async undo() {
    await this.driver.click({ role: "button", name: this.say("batches.revoke_all") });
  }

  async toBatch() {
    await this.driver.click({ role: "link", name: this.say("invitation.to_batch") });
  }
}
