// Sent invitations: the list of batches, and one batch with its rows.
export class Batch {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async openList() {
    await this.driver.goto("/settings/admin/users/invitations");
    await this.arriveAtList();
  }

  async arriveAtList() {
    await this.driver.see({ role: "heading", name: this.say("nav.invitation_batches") });
    await this.driver.inspect("batches");
  }

  async open(name) {
    await this.driver.click({ role: "link", name, within: { role: "table" } });
    await this.arrive(name);
  }

  /** Opens the latest batch of the list. */
  async openFirst() {
    await this.driver.click({ role: "link", within: { role: "rowheader" }, nth: 0 });
    await this.arrive();
  }

  /** Waits until the list shows these counts of a batch, by its id. */
  async seeCounts(id, { rows, sent, failed, accepted, pending, revoked }) {
    const numbers = [rows, sent, failed, accepted, pending, revoked];
    await this.driver.seeCells(
      { role: "table", name: this.say("nav.invitation_batches") },
      `a[href$="${id}"]`,
      numbers.map(String),
    );
  }

  /** Waits until the screen shows nothing of a batch, and offers nothing to be done to it. */
  async seeNothingOf(name) {
    await this.driver.gone({ role: "heading", name, within: { role: "main" } });
    await this.driver.gone({ role: "button", name: this.say("users.actions") });
  }

  get #rows() {
    return { role: "table", name: this.say("batches.rows_caption") };
  }

  /** Waits for a batch; its heading is the name of its file. */
  async arrive(name) {
    if (name) await this.driver.see({ role: "heading", name, within: { role: "main" } });
    await this.driver.see(this.#rows);
    await this.driver.inspect("batch");
  }

  /** The heads of the columns of its rows. */
  async columns() {
    return this.driver.textsOf({ role: "columnheader", within: this.#rows });
  }

  #filter(key, count) {
    return { role: "button", name: `${this.say(key)} ${count}`, within: this.#counts };
  }

  /** Waits until a number of rows have a delivery status, by the key of its label. */
  async seeCount(key, count) {
    await this.driver.see(this.#filter(key, count));
  }

  async filterBy(key, count) {
    await this.driver.click(this.#filter(key, count));
  }

  #answered(key, count) {
    const within = { role: "group", name: this.say("batches.invitation") };
    return { role: "button", name: `${this.say(key)} ${count}`, within };
  }

  /** Lists the rows whose invitations are in a state, of which there are so many. */
  async filterByInvitation(key, count) {
    await this.driver.click(this.#answered(key, count));
  }

  /** Waits until the focus is on the button of an answer, and the button says so many. */
  async seeFocusOnInvitation(key, count) {
    await this.driver.seeFocus(this.#answered(key, count));
  }

  /** Waits until a person is not listed. */
  async seeRowGone(email) {
    await this.driver.gone(this.#row(email));
  }

  #row(email) {
    return { role: "row", name: email, exact: false, within: this.#rows };
  }

  /** Waits until a person's row shows a text. */
  async seeInRow(email, text) {
    await this.driver.see({ text, within: this.#row(email) });
  }

  async actOn(email, key) {
    await this.driver.click({ role: "button", name: this.say("users.row_actions", { name: email }) });
    await this.driver.inspect("menu of a row");
    await this.driver.click({ role: "menuitem", name: this.say(key), exact: false });
  }

  /** Chooses an entry of the batch's Actions menu. */
  async act(key) {
    await this.driver.click({ role: "button", name: this.say("users.actions") });
    await this.driver.inspect("actions menu of a batch");
    await this.driver.click({ role: "menuitem", name: this.say(key), exact: false });
  }

  /** Waits for the progress bar of the revocation. */
  async seeRevoking() {
    await this.driver.see({ role: "progressbar", name: this.say("batches.revoking") });
    await this.driver.inspect("revoking");
  }

  /** Waits until the screen reports that everything is revoked. */
  async seeRevoked() {
    await this.driver.see({ text: this.say("batches.revoking_done") });
    await this.driver.gone({ role: "progressbar", name: this.say("batches.revoking") });
  }

  /** Checks the reason for which an entry of the Actions menu is disabled. */
  async seeObstacle(reason) {
    await this.driver.click({ role: "button", name: this.say("users.actions") });
    await this.driver.see({ text: this.say(reason), within: { role: "menu" } });
    await this.driver.press("Escape");
  }

  async confirm(key) {
    await this.driver.see({ role: "dialog" });
    await this.driver.inspect(`confirm: ${key}`);
    await this.driver.click({ role: "button", name: this.say(key), within: { role: "dialog" } });
    await this.driver.gone({ role: "dialog" });
  }

  /** Sends an invitation again to a corrected address. */
  async correct(email, corrected) {
    await this.actOn(email, "batches.correct");
    const dialog = { role: "dialog", name: this.say("invitation.resend_title") };
    await this.driver.see(dialog);
    await this.driver.inspect("corrected address");
    await this.driver.fill(this.say("field.email"), corrected, dialog);
    await this.driver.click({ role: "button", name: this.say("invitation.resend"), within: dialog });
    await this.driver.gone(dialog);
  }

  /** Waits until the screen reports the mail server's failure, by the key of the text. */
  async seeMailTrouble(key) {
    await this.driver.see({ text: this.say(key), exact: false });
    await this.driver.inspect(`mail trouble: ${key}`);
  }

  async seeNoMailTrouble(key) {
    await this.driver.gone({ text: this.say(key), exact: false });
  }

  /** Retries all mails, by the keyboard. */
  async retryAll() {
    await this.driver.focusOn({ role: "button", name: this.say("mail_trouble.retry") });
    await this.driver.press("Enter");
  }

  get #counts() {
    return { role: "group", name: this.say("batches.filter") };
  }

  /** Waits until the focus is on the counts, after the button that had it has gone. */
  async seeFocusOnCounts() {
    await this.driver.seeFocus(this.#counts);
  }

  async download() {
    await this.driver.click({ role: "button", name: this.say("users.actions") });
    return this.driver.download({ role: "menuitem", name: this.say("batches.download") });
  }
}
