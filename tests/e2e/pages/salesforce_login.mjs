// Salesforce's own pages, as the stand-in shows them: sign in, and allow access.
export class SalesforceLogin {
  #origin = "";

  constructor(driver) {
    this.driver = driver;
  }

  async arrive() {
    await this.driver.see({ role: "button", name: "Log In" });
  }

  async signIn(username, password = "any") {
    await this.arrive();
    this.#origin = new URL(await this.driver.address).origin;
    await this.driver.fill("Username", username);
    await this.driver.fill("Password", password);
    await this.driver.click({ role: "button", name: "Log In" });
  }

  /** Signs out in another tab, after which the next window asks again who signs in. */
  async signOut() {
    const tab = await this.driver.tab();
    await tab.goto(`${this.#origin}/secur/logout`);
  }

  async allow() {
    await this.driver.click({ role: "button", name: "Allow" });
  }

  /** Allows access if Salesforce asks; after an earlier consent it does not ask, and the window closes. */
  async allowIfAsked() {
    await Promise.race([this.driver.seeClosed(), this.allow().catch(() => {})]);
  }

  async deny() {
    await this.driver.click({ role: "button", name: "Deny" });
  }

  async seeConsent() {
    await this.driver.see({ role: "button", name: "Allow" });
  }
}
