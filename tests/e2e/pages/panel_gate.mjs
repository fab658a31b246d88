// What a panel shows in place of its screens.
export class PanelGate {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  /** Waits until the panel says why it is not shown, with the code for developers. */
  async seeRefused(code) {
    await this.driver.see({ role: "heading", name: this.say("panel.refused_title") });
    await this.driver.see({ text: code });
    await this.driver.inspect(`panel: ${code}`);
  }

  async seeSignedOut() {
    await this.driver.see({ role: "heading", name: this.say("panel.signed_out_title") });
    await this.driver.inspect("panel: signed out");
  }

  /** Waits until the panel says that the page around it has been asked in vain. */
  async seeStillSignedOut() {
    await this.driver.see({ text: this.say("panel.still_signed_out"), within: { role: "alert" } });
    await this.driver.inspect("panel: still signed out");
  }

  async tryAgain() {
    await this.driver.click({ role: "button", name: this.say("common.try_again") });
  }

  /** Waits until the panel says that a screen is in the console only. */
  async seeElsewhere() {
    await this.driver.see({ role: "heading", name: this.say("panel.elsewhere_title") });
    await this.driver.see(this.#link);
    await this.driver.inspect("panel: elsewhere");
  }

  get #link() {
    return { role: "link", name: this.say("panel.open_console") };
  }

  async openConsole() {
    await this.driver.click(this.#link);
  }

  /** The window in which the link opens the console. */
  async consoleWindow() {
    return this.driver.windowOf(this.#link);
  }
}
