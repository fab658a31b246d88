// Check a CSV File: the steps of Invite Users via CSV without an account, and the rules in its place.
import { DraftCard, InviteCsv } from "./invite_csv.mjs";

export class Validate {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
    const { file, mapping, review } = new InviteCsv(driver, say);
    this.file = file;
    this.mapping = mapping;
    this.review = review;
    this.draft = new DraftCard(driver, say, "draft.title_check");
    this.rules = new Rules(driver, say);
  }

  async open() {
    await this.driver.goto("/validate");
    await this.arrive();
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("nav.validate"), within: { role: "main" } });
    await this.driver.see({ role: "heading", name: this.say("validate.local_title") });
    await this.driver.inspect("validate: file");
  }

  /** From the choice of a file to its review. */
  async check(path) {
    await this.file.choose(path);
    await this.file.arriveChosen();
    await this.file.next();
    await this.mapping.arrive();
    await this.mapping.next();
    await this.arriveAtReview();
  }

  /** Waits until every row has its verdict by the rules. */
  async arriveAtReview() {
    await this.driver.see({ text: this.#compared });
    await this.review.seeRows();
    await this.driver.inspect("validate: review");
  }

  get #compared() {
    return this.say("validate.compared", { rules: "\n" }).split("\n")[0].trim();
  }

  /** Waits until the review says that these rules, by their keys, were not known. */
  async seeUnknown(...rules) {
    const names = new Intl.ListFormat(this.driver.options.locale).format(rules.map((rule) => this.say(`rule.${rule}`)));
    await this.driver.see({ text: this.say("validate.compared", { rules: names }) });
  }

  /** From the file chosen before to another one. */
  async startOver() {
    await this.review.back();
    await this.mapping.arrive();
    await this.mapping.back();
    await this.file.arriveChosen();
  }

  async goOn(count) {
    await this.driver.click({ role: "button", name: this.say("validate.go_on", { count }) });
  }

  async toSignIn() {
    await this.driver.click({ role: "link", name: this.say("sign_in.button") });
  }
}

/** What rows are compared with where there is no account. */
class Rules {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async edit() {
    await this.driver.click({ text: this.say("validate.rules_open"), whole: true });
    await this.driver.see({ label: this.say("rule.members") });
    await this.driver.inspect("validate: rules");
  }

  async set(rule, text) {
    await this.driver.fill(this.say(`rule.${rule}`), text);
  }

  async allowOnly(role) {
    await this.driver.choose(this.say("rule.roles"), this.say(`role.${role}`));
  }

  /** Waits until a rule holds a text. */
  async seeIn(rule, text) {
    await this.driver.seeValue(this.say(`rule.${rule}`), text);
  }

  async allowedRole() {
    return this.driver.valueOf(this.say("rule.roles"));
  }

  async addMembers(path) {
    await this.driver.setFile(this.say("validate.load_members"), path);
  }

  async load(path) {
    await this.driver.setFile(this.say("validate.load_rules"), path);
  }

  async save() {
    return this.driver.download({ role: "button", name: this.say("validate.save_rules") });
  }

  async trySaving() {
    await this.driver.click({ role: "button", name: this.say("validate.save_rules") });
  }

  async seeWrong(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
    await this.driver.inspect("validate: wrong rules");
  }
}
