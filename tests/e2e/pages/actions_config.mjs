// Actions Config: the first invitation, Integration Information, Action Field Sync.
const TABS = {
  invite: "actions_config.send_invite",
  integration: "actions_config.integration_information",
  sync: "actions_config.field_sync",
  people: "field_sync.synced",
};

export class ActionsConfig {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  /** Opens the page at the tab of the step that comes next. */
  async openAtNextStep() {
    await this.driver.goto("/admin/sales-insight/actions-config");
    await this.arrive();
  }

  /** Opens the page, at a tab by its name in the address. */
  async open(tab = "invite") {
    await this.driver.goto(`/admin/sales-insight/actions-config?tab=${tab}`);
    if (tab === "invite") await this.driver.see({ role: "table", name: this.say("actions_config.admins") });
    await this.arrive();
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("nav.actions_config") });
    await this.driver.see(this.#tab("invite"));
    await this.driver.inspect("actions config");
  }

  #tab(name) {
    // What the content needs follows the label.
    return { role: "tab", name: this.say(TABS[name]), exact: false };
  }

  /** Opens a tab by its name in the address, unless it is open. The methods of a card open its tab. */
  async openTab(name) {
    const tab = this.#tab(name);
    await this.driver.see(tab);
    if ((await this.driver.attributeOf(tab, "aria-selected")) !== "true") await this.driver.click(tab);
    await this.seeOpen(name);
  }

  async seeOpen(name) {
    await this.driver.seeAttribute(this.#tab(name), "aria-selected", "true");
  }

  /** Waits until a tab says why to open it. */
  async seeMarked(name, key) {
    const mark = this.say("common.of", { text: this.say(key) });
    await this.driver.see({ role: "tab", name: new RegExp(`^${this.say(TABS[name])}\\s*${mark}$`) });
  }

  #card(key) {
    return { role: "region", name: this.say(key) };
  }

  // The invitation

  async search(text) {
    await this.openTab("invite");
    const within = { role: "search", name: this.say("actions_config.admins") };
    await this.driver.fill(this.say("actions_config.admins_search"), text, within);
  }

  async seeNobody() {
    await this.driver.see({ text: this.say("actions_config.admins_nobody_text") });
    await this.driver.inspect("no such Marketo administrator");
  }

  #row(name) {
    return { role: "row", name, exact: false };
  }

  async seeAdmin(name, key) {
    await this.openTab("invite");
    await this.driver.see({ text: this.say(key), within: this.#row(name) });
  }

  /** Opens the dialog that invites an administrator, from the button in their row. */
  async askToInvite(name, key = "actions_config.send_invite") {
    await this.openTab("invite");
    await this.driver.click({ role: "button", name: `${this.say(key)} ${name}`, within: this.#row(name) });
    await this.driver.see(this.#question(name));
    await this.driver.inspect("invite a Marketo administrator");
  }

  #question(name) {
    return { role: "dialog", name: this.say("actions_config.invite_question", { name }) };
  }

  /** Waits until the dialog says that this person becomes the original user for good. */
  async seeBecomingOriginal(name) {
    await this.driver.see({ text: this.say("actions_config.invite_makes_original"), within: this.#question(name) });
  }

  /** Makes an existing member the original user, from the button in their row. */
  async choose(name) {
    await this.openTab("invite");
    await this.driver.click({ role: "button", name: `${this.say("actions_config.choose")} ${name}`, within: this.#row(name) });
    const within = { role: "dialog", name: this.say("actions_config.choose_question", { name }) };
    await this.driver.see(within);
    await this.driver.inspect("choose the original user");
    await this.driver.click({ role: "button", name: this.say("actions_config.choose"), within });
    await this.driver.gone(within);
  }

  get #invite() {
    return this.#card("actions_config.invite_title");
  }

  async seeNoOriginalUser() {
    await this.openTab("invite");
    await this.driver.see({ text: this.say("actions_config.original_open"), within: this.#invite });
  }

  async seeFirstNotInMarketo(name, address) {
    await this.openTab("invite");
    const text = this.say("actions_config.first_not_in_marketo", { name, address });
    await this.driver.see({ text, within: this.#invite });
    await this.driver.inspect("first administrator is not in marketo");
  }

  /** Waits until the card names the original user, and their state if one is shown. */
  async seeOriginalUser(name, key) {
    await this.openTab("invite");
    const term = { text: this.say("actions_config.original_user"), whole: true, within: this.#invite };
    await this.driver.see(term);
    await this.driver.see({ text: name, within: { role: "definition", nth: 0, within: this.#invite } });
    if (key) await this.driver.see({ text: this.say(key), within: this.#invite });
  }

  async invite(name, language) {
    const within = this.#question(name);
    if (language) await this.driver.choose(this.say("actions_config.mail_language"), language, within);
    await this.driver.click({ role: "button", name: this.say("actions_config.send_invite"), within });
    await this.driver.gone(within);
  }

  async seeFocusOn(name) {
    await this.driver.seeFocus(this.#row(name));
  }

  // Integration Information

  async seeNotActivated() {
    await this.openTab("integration");
    await this.driver.see({ text: this.say("actions_config.integration_empty") });
  }

  async seeCredentials(munchkin, ending) {
    await this.openTab("integration");
    const within = this.#card("actions_config.integration_information");
    await this.driver.see({ text: munchkin, within });
    await this.driver.see({ text: this.say("actions_config.secret_ends", { ending }), within });
    await this.driver.inspect("integration information");
  }

  get #secret() {
    return { role: "dialog", name: this.say("actions_config.client_secret") };
  }

  async reveal() {
    await this.openTab("integration");
    const name = `${this.say("actions_config.reveal")} ${this.say("actions_config.client_secret")}`;
    await this.driver.click({ role: "button", name });
  }

  async seeNoSecret() {
    await this.driver.gone(this.#secret);
  }

  async seeSecret(secret) {
    await this.driver.see({ text: secret, within: this.#secret });
    await this.driver.seeFocus({ role: "button", name: this.say("common.close"), within: this.#secret });
    await this.driver.inspect("client secret");
  }

  async closeSecret() {
    await this.driver.click({ role: "button", name: this.say("common.close"), within: this.#secret });
    await this.driver.gone(this.#secret);
  }

  // Action Field Sync

  get #sync() {
    return this.#card("actions_config.field_sync");
  }

  async seeBlockedBy(number) {
    await this.openTab("sync");
    const name = `${number}. ${this.say(`step.${number}`)}`;
    await this.driver.see({ role: "link", name, within: this.#sync });
  }

  /** Confirms to continue although something before the step is missing. */
  async continueAnyway() {
    await this.openTab("sync");
    await this.driver.click({ role: "button", name: this.say("order.continue"), within: this.#sync });
    const within = { role: "dialog", name: this.say("order.title") };
    await this.driver.see({ text: this.say("order.recorded"), within });
    await this.driver.inspect("sync out of order");
    await this.driver.click({ role: "button", name: this.say("order.continue"), within });
    await this.driver.seeFocus({ role: "heading", name: this.say("field_sync.preview") });
    await this.driver.see({ role: "table", name: this.say("field_sync.fields") });
  }

  /** Waits until the card shows how many people could not be copied, and opens the details from there. */
  async openFailed(count) {
    await this.openTab("sync");
    await this.driver.see({ text: this.say("field_sync.failed_people", { count }), within: this.#sync });
    const name = `${this.say("field_sync.details")} ${this.say("field_sync.last_run")}`;
    await this.driver.click({ role: "button", name, within: this.#sync });
  }

  async seeReady() {
    await this.openTab("sync");
    await this.driver.gone({ text: this.say("field_sync.blocked"), within: this.#sync });
    await this.driver.see({ role: "button", name: this.say("actions_config.sync"), within: this.#sync });
  }

  async preview() {
    await this.openTab("sync");
    await this.driver.click({ role: "button", name: this.say("actions_config.sync"), within: this.#sync });
    await this.driver.seeFocus({ role: "heading", name: this.say("field_sync.preview") });
    await this.driver.see({ role: "table", name: this.say("field_sync.fields") });
    await this.driver.inspect("preview of the sync");
  }

  /** The fields of the preview by row: sales-account field, Marketo field, type, sample, origin. */
  async fields() {
    return this.driver.cellsOf("table", this.say("field_sync.fields"));
  }

  async seeCounted() {
    await this.driver.see({ role: "button", name: this.say("field_sync.count_again") });
    await this.driver.inspect("preview of the sync, counted");
  }

  get #start() {
    return { role: "button", name: this.say("actions_config.start_sync") };
  }

  /** Waits until the sync can be started once it is counted who is left out, with how many were read in a sentence of its own. */
  async seeStartWaiting() {
    const read = [1, 2].map((count) => this.say("field_sync.counting_read", { count }).replace(/\d/, "[\\d,.]+"));
    await this.driver.see({ text: new RegExp(`^(${read.join("|")})$`), within: this.#sync });
    await this.driver.seeAttribute(this.#start, "aria-disabled", "true");
    await this.driver.see({ text: this.say("field_sync.start_waits") });
    await this.driver.seeInSight(this.#start);
  }

  /** Waits until the sync can be started without the count. */
  async seeNotCounted() {
    await this.driver.see({ text: this.say("field_sync.not_counted") });
    await this.driver.gone({ text: this.say("field_sync.start_waits") });
    await this.driver.inspect("preview of the sync, not counted");
  }

  /** Why people are left out, with the number of each, as texts. */
  async leftOut() {
    const [, ...rows] = await this.driver.cellsOf("table", this.say("field_sync.left_out"));
    return rows;
  }

  async start() {
    await this.driver.click(this.#start);
    await this.seeUnderWay();
    await this.driver.inspect("sync under way");
  }

  /** Waits until a run is shown with its progress. */
  async seeUnderWay() {
    await this.driver.see({ role: "progressbar", name: this.say("field_sync.run") });
  }

  /** Starts a run that fails, and waits until the card shows why. */
  async startFailing(failure) {
    await this.driver.click(this.#start);
    await this.driver.see({ text: this.say(`field_sync.failure_${failure}`), within: this.#sync });
    await this.driver.inspect(`sync failed: ${failure}`);
  }

  /** Waits until the card says that the run waits for Marketo, and when it tries again. */
  async seeWaiting() {
    await this.openTab("sync");
    const [before] = this.say("field_sync.waiting", { time: "\n" }).split("\n");
    await this.driver.see({ text: new RegExp(`${before}.*\\d`), within: this.#sync });
    await this.driver.inspect("sync waits for marketo");
  }

  async seeState(key) {
    await this.openTab("sync");
    await this.driver.see({ text: this.say(key), within: this.#sync });
  }

  /** Waits until the card says that the run is paused, and not that it goes on. */
  async seePaused() {
    await this.openTab("sync");
    await this.driver.see({ role: "progressbar", name: this.say("field_sync.run_paused"), within: this.#sync });
    await this.driver.see({ text: this.say("field_sync.paused_text"), within: this.#sync });
    await this.driver.gone({ text: this.say("field_sync.run_survives"), within: this.#sync });
  }

  async act(key) {
    await this.openTab("sync");
    await this.driver.click({ role: "button", name: this.say(key), within: this.#sync });
  }

  async confirmCancel() {
    const within = { role: "dialog", name: this.say("field_sync.cancel_title") };
    await this.driver.see(within);
    await this.driver.inspect("cancel the sync");
    await this.driver.click({ role: "button", name: this.say("field_sync.cancel"), within });
    await this.driver.gone(within);
  }

  async setPolling(minutes) {
    await this.openTab("sync");
    await this.driver.fill(this.say("field_sync.polling"), String(minutes));
    await this.driver.click({ role: "button", name: this.say("common.save"), within: this.#sync });
  }

  async seePollingWrong() {
    await this.driver.see({ text: this.say("field_sync.polling_wrong", { from: 1, to: 1440 }), within: this.#sync });
    await this.driver.inspect("polling interval refused");
  }

  // Runs and people

  get #runs() {
    return { role: "table", name: this.say("field_sync.runs") };
  }

  async seeRun(key) {
    await this.openTab("sync");
    await this.driver.see({ text: this.say(key), within: { role: "row", nth: 1, within: this.#runs } });
  }

  async openDetails() {
    await this.openTab("sync");
    const row = { role: "row", nth: 1, within: this.#runs };
    await this.driver.click({ role: "button", name: this.say("field_sync.details"), exact: false, within: row });
    await this.driver.see({ role: "dialog" });
    await this.driver.inspect("details of a run");
  }

  async closeDetails() {
    await this.driver.click({ role: "button", name: this.say("common.close"), within: { role: "dialog" } });
    await this.driver.gone({ role: "dialog" });
  }

  async searchPeople(text) {
    await this.openTab("people");
    const within = { role: "search", name: this.say("field_sync.synced_find") };
    await this.driver.fill(this.say("actions_config.admins_search"), text, within);
  }

  async filterPeople(key) {
    await this.openTab("people");
    const within = { role: "search", name: this.say("field_sync.synced_find") };
    await this.driver.choose(this.say("field_sync.outcome"), this.say(key), within);
  }

  async seePeople(count) {
    await this.openTab("people");
    await this.driver.see({ text: this.say("field_sync.synced_total", { count }), within: this.#people });
    await this.driver.inspect("synced people");
  }

  get #people() {
    return this.#card("field_sync.synced");
  }
}
