// Choosing whom to invite among the people of the connected org.
import { personIn } from "./users.mjs";

export class InviteSalesforce {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  get #table() {
    return { role: "table", name: this.say("salesforce_people.caption") };
  }

  #row(email) {
    return { role: "row", name: email, exact: false, within: this.#table };
  }

  async open() {
    await this.driver.goto("/settings/admin/users/invite-salesforce");
    await this.seeTitle();
  }

  async seeTitle() {
    await this.driver.see({ role: "heading", name: this.say("users.invite_users_from_salesforce") });
  }

  /** Waits until the list is there. */
  async arrive() {
    await this.seeTitle();
    await this.driver.see(this.#table);
    await this.driver.inspect("salesforce people");
  }

  async seeNotConnected() {
    await this.driver.see({ role: "heading", name: this.say("salesforce_people.not_connected") });
    await this.driver.inspect("salesforce people, not connected");
  }

  async toConnection() {
    await this.driver.click({ role: "link", name: this.say("salesforce_people.to_connection") });
  }

  /** Waits until the list says why Salesforce refuses it. */
  async seeRefused(reason) {
    await this.driver.see({ text: this.say(`connection_failure.${reason}`), within: { role: "alert" } });
    await this.driver.see({ role: "link", name: this.say("salesforce_people.to_connection") });
    await this.driver.inspect("salesforce people, refused");
  }

  async tryAgain() {
    await this.driver.click({ role: "button", name: this.say("common.try_again") });
  }

  /** Searches, and waits for the number of those who match. */
  async search(text, count) {
    await this.driver.fill(this.say("users.search"), text);
    await this.seeTotal(count);
  }

  async seeTotal(count) {
    await this.driver.see({ text: this.say("salesforce_people.total", { count }) });
  }

  async seeNobody() {
    await this.driver.see({ text: this.say("salesforce_people.nobody_text") });
    await this.driver.inspect("salesforce people, nobody found");
  }

  async showEverybody() {
    await this.driver.click({ role: "button", name: this.say("users.clear_filters") });
  }

  async filterBy(key, value) {
    await this.driver.choose(this.say(key), value, { role: "search", name: this.say("users.find") });
  }

  /** Shows everybody, or only those who are not here yet, by the key of the choice. */
  async show(key) {
    await this.driver.click({
      role: "button",
      name: this.say(key),
      within: { role: "group", name: this.say("salesforce_people.here") },
    });
  }

  /** The displayed people, as `{ name, email }`, in their order. */
  async shown() {
    const [, ...rows] = await this.driver.cellsOf("table", this.say("salesforce_people.caption"));
    return rows.map(([, person]) => personIn(person));
  }

  /** Waits until a person's row shows a text, by its key. */
  async seeIn(email, key) {
    await this.driver.see({ text: this.say(key), within: this.#row(email) });
  }

  async seeGone(email) {
    await this.driver.gone(this.#row(email));
  }

  async pick(name) {
    await this.driver.click({ role: "checkbox", name: this.say("users.pick", { name }) });
  }

  /** Chooses all who match, of whom there are `count`. */
  async chooseAll(count) {
    await this.driver.click({ role: "button", name: this.say("users.choose_all", { count }) });
  }

  async seeChosen(count) {
    await this.driver.see({ text: this.say("users.chosen", { count }), within: { role: "group", name: this.say("users.bulk") } });
    await this.driver.inspect("salesforce people, chosen");
  }

  async nextPage() {
    await this.driver.click({ role: "button", name: this.say("pager.next") });
    await this.driver.see({ role: "button", name: this.say("pager.previous") });
  }

  async seeNobodyChosen() {
    await this.driver.gone({ role: "group", name: this.say("users.bulk") });
  }

  async chooseNobody() {
    await this.driver.click({ role: "button", name: this.say("users.choose_nobody") });
    await this.seeNobodyChosen();
  }

  async showRows(count) {
    await this.driver.click({ role: "button", name: this.say("table.view") });
    await this.driver.click({ role: "menuitemradio", name: String(count) });
  }

  /** Waits for what the list is searched for. */
  async seeSearch(text) {
    await this.driver.seeValue(this.say("users.search"), text);
  }

  /** Goes on with those who are chosen. */
  async review(count) {
    await this.pressReview(count);
    await this.seeReviewed();
  }

  async pressReview(count) {
    await this.driver.click({ role: "button", name: this.say("salesforce_people.review", { count }) });
  }

  /** Waits for the screen of the review, which is one of its own. */
  async seeReviewed() {
    await this.driver.seePath("/settings/admin/users/invite-salesforce/review");
    await this.seeTitle();
  }

  /** Goes back from the review by its button. */
  async goBack() {
    await this.driver.click({ role: "button", name: this.say("common.back") });
    await this.arrive();
  }

  /** Waits until the review says that its table is gone, and goes back to the people. */
  async chooseAgain() {
    await this.driver.see({ role: "heading", name: this.say("salesforce_people.gone") });
    await this.driver.inspect("salesforce people, nobody to review");
    await this.driver.click({ role: "button", name: this.say("salesforce_people.to_people") });
    await this.arrive();
  }

  /** Invites at the addresses that people had before their org was copied. */
  async undoCopy() {
    await this.driver.see({ text: this.say("salesforce_people.copy") });
    await this.driver.inspect("salesforce people of a copy of an org");
    await this.driver.click({ role: "button", name: this.say("salesforce_people.copy_undo") });
    await this.driver.see({ text: this.say("salesforce_people.copy_undone") });
    await this.driver.inspect("salesforce people of a copy of an org, by their own addresses");
  }
}
