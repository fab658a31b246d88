// My Profile.
export class Profile {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async open() {
    await this.driver.goto("/settings/account/profile");
    await this.arrive();
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("nav.my_profile") });
    await this.driver.inspect("my profile");
  }

  /** Waits until it says how much this browser stores, and how much it would. */
  async seeStored() {
    const [before] = this.say("profile.here_stored", { used: "|", total: "|" }).split("|");
    await this.driver.see({ text: new RegExp(`^${before}\\d[\\d.,]* MB .*\\d MB`) });
  }

  /** Chooses a language by its own name. */
  async chooseLanguage(name) {
    await this.driver.choose(this.say("field.language"), name);
  }

  /** Waits until that is the chosen language. */
  async seeLanguage(label) {
    await this.driver.seeValue(this.say("field.language"), label);
  }

  /** Chooses a time zone by its name with spaces. */
  async chooseTimeZone(name) {
    await this.driver.choose(this.say("profile.time_zone"), name);
    await this.driver.inspect("my profile, time zone");
  }

  /** Shows or hides the English of product terms. */
  async toggleOriginals() {
    await this.driver.click({ label: this.say("profile.originals") });
  }

  async seeFocusOnOriginals() {
    await this.driver.seeFocus({ label: this.say("profile.originals") });
  }

  async offersOriginals() {
    return this.driver.has({ label: this.say("profile.originals") });
  }

  /** Turns the shortcuts of single keys on or off. */
  async toggleSingleKeys() {
    await this.driver.click({ label: this.say("profile.keys_single") });
  }

  async rename(first, last) {
    await this.driver.fill(this.say("field.first_name"), first);
    await this.driver.fill(this.say("field.last_name"), last);
    await this.save();
  }

  async save() {
    await this.driver.click({ role: "button", name: this.say("common.save") });
  }

  async setPassword(password, repeated = password) {
    await this.driver.fill(this.say("password.new"), password);
    await this.driver.fill(this.say("password.repeat"), repeated);
    await this.driver.click({ role: "button", name: this.say("profile.password_set") });
  }

  async changePassword(current, password) {
    await this.driver.fill(this.say("profile.current"), current);
    await this.driver.fill(this.say("password.new"), password);
    await this.driver.fill(this.say("password.repeat"), password);
    await this.driver.click({ role: "button", name: this.say("profile.password_change") });
  }

  /** Waits until a change of the password is stored, which empties its form. The notice may be that of the change before. */
  async seePasswordChanged() {
    await this.driver.seeValue(this.say("profile.current"), "");
  }

  get integrations() {
    return { role: "region", name: this.say("profile.integrations") };
  }

  /** Checks the state of this user's connection to a service. */
  async seeIntegration(service, text) {
    const within = { role: "group", name: this.say(service), within: this.integrations };
    await this.driver.see({ text, within });
  }

  /** Checks that a card's own error has the focus: `title` is the key of its heading. */
  async seeFocusOnError(title) {
    await this.driver.seeFocus({ role: "alert", within: { role: "region", name: this.say(title) } });
  }

  async seeRefused(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
    await this.driver.inspect(`profile refused: ${message}`);
  }
}
