// The page behind the link of an invitation.
export class Activation {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async open(link) {
    await this.driver.goto(link);
    await this.driver.see({ role: "heading", name: this.say("activate.title") });
  }

  async activate(password, repeated = password) {
    await this.driver.see({ role: "button", name: this.say("activate.button") });
    await this.driver.inspect("activation");
    await this.driver.fill(this.say("password.new"), password);
    await this.driver.fill(this.say("password.repeat"), repeated);
    await this.driver.click({ role: "button", name: this.say("activate.button") });
  }

  async seeRefused(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
    await this.driver.inspect(`activation refused: ${message}`);
  }
}
