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

  /** Those who are left out as `[address, name, reason]`. */
  async leftOut() {
    const [, ...rows] = await this.driver.cellsOf("table", this.say("invite.left_out_title"));
    return rows;
  }

  async invite(count) {
    await this.driver.click({ role: "button", name: this.say("invite.invite_people", { count }) });
  }

  async seeAccepted(count) {
    await this.driver.see({ text: this.say("sending.accepted", { count }) });
    await this.driver.see(this.#results);
    await this.driver.inspect("invite: results");
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
