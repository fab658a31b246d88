// Update Users via CSV: what differs from Invite Users via CSV, whose steps it shares; the list of updates, and one of them.
import { DraftCard } from "./invite_csv.mjs";

export class UpdateUsers {
  constructor(driver, say, steps) {
    this.driver = driver;
    this.say = say;
    this.steps = steps;
    this.draft = new DraftCard(driver, say, "draft.title_members");
  }

  async open() {
    await this.driver.goto("/settings/admin/users/update-csv");
    await this.arrive();
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("users.update_users_via_csv") });
    await this.driver.see({ text: this.say("changes.local") });
    await this.driver.inspect("update: file");
  }

  /** Answers what the file does, by the key of the action. */
  async choose(action) {
    await this.driver.click({ label: this.say(`changes.${action}`) });
  }

  /** From the choice of a file to its review. */
  async review(path) {
    await this.steps.map(path);
    await this.steps.mapping.next();
    await this.arriveAtReview();
  }

  /** On the Mapping step: chooses a value for everyone in the file, by the key of the field's name. */
  async chooseForAll(field, value) {
    await this.driver.choose(this.say(field), value);
  }

  /** The same of a team. */
  async chooseTeamForAll(team) {
    await this.driver.click({ label: team, within: { role: "group", name: this.say("field.teams") } });
  }

  /** Waits until no value can be chosen for everyone. */
  async seeNothingForAll() {
    await this.driver.gone({ text: this.say("changes.for_all_hint") });
  }

  async inspectForAll() {
    await this.driver.see({ text: this.say("changes.for_all_teams") });
    await this.driver.inspect("update: for everyone");
  }

  get compareButton() {
    return { role: "button", name: this.say("changes.compare") };
  }

  async arriveAtReview() {
    await this.driver.see({ text: this.say("changes.names_known") });
    await this.steps.review.seeRows();
    await this.driver.inspect("update: review");
  }

  /** Waits until the review says that so many rows would be sent. */
  async seeToBeCompared(count) {
    await this.driver.see({ text: this.say("changes.compare_text", { count }) });
  }

  /** Sends the rows, without waiting until they are compared. */
  async beginComparing() {
    await this.driver.click(this.compareButton);
    await this.driver.see({ role: "progressbar", name: this.say("changes.comparing") });
    await this.driver.inspect("update: comparing");
  }

  /** Sends the rows, and waits until they are compared. */
  async compare() {
    await this.driver.click(this.compareButton);
    await this.arriveAtChanges();
    await this.driver.see({ text: this.say("changes.preview") });
  }

  get #rows() {
    return { role: "table", name: this.say("batches.rows_caption") };
  }

  /** Waits for one update; its heading is the name of its file. */
  async arriveAtChanges(name) {
    if (name) await this.driver.see({ role: "heading", name, within: { role: "main" } });
    await this.driver.see(this.#rows);
    await this.driver.inspect("update: changes");
  }

  #filter(key, count) {
    return { role: "button", name: `${this.say(key)} ${count}`, within: { role: "group", name: this.say("batches.filter") } };
  }

  /** Waits until so many rows have a verdict, by the key of its label. */
  async seeCount(key, count) {
    await this.driver.see(this.#filter(key, count));
  }

  async filterBy(key, count) {
    await this.driver.click(this.#filter(key, count));
  }

  #row(email) {
    return { role: "row", name: email, exact: false, within: this.#rows };
  }

  async seeInRow(email, text) {
    await this.driver.see({ text, within: this.#row(email) });
  }

  async seeNoRow(email) {
    await this.driver.gone(this.#row(email));
  }

  /** Waits until a row shows a value that changes, each by the keys of its texts or as it is. */
  async seeChange(email, field, from, to) {
    await this.seeInRow(email, this.say("changes.from_to", { field: this.say(field), from, to }));
  }

  applyButton(count) {
    return { role: "button", name: this.say("changes.apply", { count }) };
  }

  /** Asks for the changes, and confirms a question of these words. */
  async apply(count, title) {
    await this.driver.click(this.applyButton(count));
    await this.confirm(title, this.say("changes.apply", { count }));
  }

  /** Waits until the server has taken it: a page that is left before may not have asked for it. */
  async confirm(title, action) {
    await this.#answer(title, action);
    await this.driver.gone({ role: "dialog", name: title });
  }

  async #answer(title, action) {
    const dialog = { role: "dialog", name: title };
    await this.driver.see(dialog);
    await this.driver.inspect(`question: ${title}`);
    await this.driver.click({ role: "button", name: action, within: dialog });
  }

  /** Waits until the server is done, and so many people were changed. */
  async seeDone(count) {
    await this.driver.see({ text: this.say("changes.done", { count }) });
    await this.driver.inspect("update: done");
  }

  /** Waits for the progress of a work by the key of its name. */
  async seeProgress(key) {
    await this.driver.see({ role: "progressbar", name: this.say(key) });
    await this.driver.inspect(`update: ${key}`);
  }

  async #act(key) {
    await this.driver.click({ role: "button", name: this.say("users.actions") });
    await this.driver.inspect("actions menu of an update");
    await this.driver.click({ role: "menuitem", name: this.say(key), exact: false });
  }

  /** By the button beside what was done. */
  async undo(count) {
    await this.driver.click({ role: "button", name: this.say("changes.undo") });
    await this.confirm(this.say("changes.undo_title", { count }), this.say("changes.undo"));
  }

  /** Asks for it, is refused with a message, and lets it be. */
  async undoInVain(count, message) {
    const title = this.say("changes.undo_title", { count });
    await this.#act("changes.undo");
    await this.#answer(title, this.say("changes.undo"));
    const dialog = { role: "dialog", name: title };
    await this.driver.see({ text: message, within: dialog });
    await this.driver.click({ role: "button", name: this.say("common.cancel"), within: dialog });
    await this.driver.gone(dialog);
  }

  /** Asks for it, and sees nothing of an earlier refusal. */
  async undoAnew(count, message) {
    const title = this.say("changes.undo_title", { count });
    await this.#act("changes.undo");
    await this.driver.see({ role: "dialog", name: title });
    await this.driver.gone({ text: message, within: { role: "dialog", name: title } });
    await this.confirm(title, this.say("changes.undo"));
  }

  async seeUndone(count, left) {
    await this.driver.see({ text: this.say("changes.undone", { count }) });
    if (left) await this.driver.see({ text: this.say("changes.left", { count: left }) });
    await this.driver.inspect("update: undone");
  }

  async discard() {
    await this.driver.click({ role: "button", name: this.say("changes.discard") });
    await this.driver.see({ text: this.say("changes.state_cancelled") });
  }

  /** The rows as a file. */
  async report() {
    await this.driver.click({ role: "button", name: this.say("users.actions") });
    return this.driver.download({ role: "menuitem", name: this.say("changes.download") });
  }

  async openList() {
    await this.driver.goto("/settings/admin/users/updates");
    await this.driver.see({ role: "heading", name: this.say("changes.list_title") });
    await this.driver.inspect("updates");
  }

  async openUpdate(name) {
    await this.driver.click({ role: "link", name, within: { role: "table" } });
    await this.arriveAtChanges();
  }
}
