// The setup guide.
export class SetupGuide {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async open(anchor = "") {
    await this.driver.goto(`/${anchor}`);
    await this.arrive();
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("nav.setup_guide") });
    await this.driver.see({ role: "heading", name: this.say("setup_guide.steps") });
    await this.driver.inspect("setup guide");
  }

  /** The card of a step by its number. */
  step(number) {
    return { role: "listitem", name: `${number}. ${this.say(`step.${number}`)}` };
  }

  async seeState(number, key) {
    await this.driver.see({ text: this.say(key), whole: true, within: this.step(number) });
  }

  async seeProgress(done) {
    await this.driver.see({ text: this.say("setup_guide.progress", { done, all: 7 }) });
  }

  /** Waits until the rail says how many steps are done. */
  async seeRail(done) {
    const within = { role: "navigation", name: this.say("nav.rail") };
    await this.driver.see({ text: this.say("nav.progress", { done, all: 7 }), within });
  }

  /** Waits until a step says which others come first. */
  async seeBlocked(number, by) {
    const name = `${by}. ${this.say(`step.${by}`)}`;
    await this.driver.see({ role: "link", name, within: this.step(number) });
  }

  async follow(number, by) {
    await this.driver.click({ role: "link", name: `${by}. ${this.say(`step.${by}`)}`, within: this.step(number) });
  }

  /** Waits until the first instruction of a step is read. */
  async seeInstructions(number, key) {
    await this.driver.see({ text: this.say(key), within: this.step(number) });
    await this.driver.inspect(`setup guide, step ${number} opened`);
  }

  async openScreen(number, key) {
    const name = this.say("setup_guide.open", { screen: this.say(key) });
    await this.driver.click({ role: "link", name, within: this.step(number) });
  }

  async canHandOver(number) {
    return this.driver.has({ role: "button", name: this.say("setup_guide.copy_link"), within: this.step(number) });
  }

  async tick(key) {
    await this.driver.check(this.say(key));
  }

  async seeTicked(name) {
    const [before] = this.say("setup_guide.ticked_by", { name, date: "|" }).split("|");
    await this.driver.see({ text: before });
    await this.driver.inspect("setup guide, prerequisite ticked");
  }
}
