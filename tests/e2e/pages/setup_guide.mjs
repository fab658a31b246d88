// The setup guide.

/** The labels that instructions name, by their position in the sentence. */
const LABELS = {
  send_invite: "actions_config.send_invite",
  connections: "salesforce.connections_and_customizations",
  connect: "common.connect",
  ok: "common.ok",
  set_up: "marketo.set_up",
  integration_information: "actions_config.integration_information",
  field_sync: "actions_config.field_sync",
  sync: "actions_config.sync",
  actions: "users.actions",
  invite_users: "users.invite_users",
  invite_users_via_csv: "users.invite_users_via_csv",
  enable_msi_actions: "checklist.enable_msi_actions",
  checklist: "nav.salesforce_setup",
  install_package: "checklist.install_package",
  get_it_now: "sf.get_it_now",
  copy: "common.copy",
  setup: "sf.setup",
  remote_site_settings: "sf.remote_site_settings",
  new_remote_site: "sf.new_remote_site",
  save: "common.save",
};

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
    const titles = ["nav.setup_guide", "home.heading"];
    await this.driver.seeOneOf(...titles.map((key) => ({ role: "heading", name: this.say(key) })));
    await this.driver.see({ role: "heading", name: this.say("setup_guide.steps") });
    await this.driver.inspect("setup guide");
  }

  /** The card of a step by its number. */
  step(number) {
    return { role: "listitem", name: `${number}. ${this.say(`step.${number}`)}` };
  }

  #toggle(number) {
    return { role: "button", name: `${number}. ${this.say(`step.${number}`)}`, within: this.step(number) };
  }

  /** Opens a step that is folded to its line. */
  async unfold(number) {
    const toggle = this.#toggle(number);
    await this.driver.see(toggle);
    if ((await this.driver.attributeOf(toggle, "aria-expanded")) !== "true") await this.driver.click(toggle);
    await this.seeOpen(number);
  }

  async fold(number) {
    await this.driver.click(this.#toggle(number));
    await this.driver.seeAttribute(this.#toggle(number), "aria-expanded", "false");
  }

  async seeOpen(number) {
    await this.driver.seeAttribute(this.#toggle(number), "aria-expanded", "true");
  }

  /** Waits until the line of a folded step has a text. */
  async seeLine(number, text) {
    await this.driver.see({ text, within: this.step(number) });
  }

  async seeState(number, key) {
    await this.driver.see({ text: this.say(key), whole: true, within: this.step(number) });
  }

  async seeProgress(done) {
    await this.driver.see({ text: this.say("setup_guide.progress", { done, all: 7 }) });
  }

  get #course() {
    return { role: "region", name: this.say("home.invitations") };
  }

  /** Waits for the picture of the invitations, which names its first and last day, and for the table behind it. */
  async seeCourse(ends) {
    for (const day of ends) await this.driver.see({ text: day, within: this.#course });
    await this.driver.click({ text: this.say("home.as_table"), within: this.#course });
    await this.driver.see({ role: "columnheader", name: this.say("home.day_accepted"), within: this.#course });
  }

  /** Waits for what the guide becomes once everything is done; so many were invited so far, on one day. */
  async seeHome(invited) {
    await this.driver.see({ role: "heading", name: this.say("home.heading") });
    await this.driver.see({ text: this.say("home.invited", { invited }), within: this.#course });
    await this.driver.gone({ text: this.say("home.as_table"), within: this.#course });
    await this.driver.see({ role: "meter", name: this.say("users.seats") });
    await this.driver.see({
      text: this.say("field_sync.state_completed"),
      within: { role: "region", name: this.say("actions_config.field_sync") },
    });
    await this.driver.see({ role: "region", name: this.say("home.errors") });
    await this.driver.inspect("home");
  }

  /** Waits until the rail shows how many steps are done. */
  async seeRail(done) {
    const within = { role: "navigation", name: this.say("nav.rail") };
    await this.driver.see({ text: this.say("nav.progress", { done, all: 7 }), within });
  }

  /** Waits until a step names the steps that must come first. */
  async seeBlocked(number, by) {
    await this.unfold(number);
    const name = `${by}. ${this.say(`step.${by}`)}`;
    await this.driver.see({ role: "link", name, within: this.step(number) });
  }

  /** Waits until a step in progress names the person it waits for. */
  async seeWaitingFor(number, name) {
    await this.unfold(number);
    await this.driver.see({ text: this.say("setup_guide.waits_for"), whole: true, within: this.step(number) });
    await this.driver.see({ text: name, within: this.step(number) });
  }

  /** Follows the name of a person in a step, folded or open. */
  async openPerson(number, name) {
    await this.driver.click({ role: "link", name, within: this.step(number) });
  }

  /** Follows the name of whoever ticked a prerequisite. */
  async openTicker(name) {
    await this.driver.click({ role: "link", name, within: { role: "group", having: this.say("setup_guide.prerequisites") } });
  }

  async follow(number, by) {
    await this.unfold(number);
    await this.driver.click({ role: "link", name: `${by}. ${this.say(`step.${by}`)}`, within: this.step(number) });
  }

  /** Waits until the first instruction of a step is read. */
  async seeInstructions(number, key) {
    const labels = Object.fromEntries(Object.entries(LABELS).map(([name, label]) => [name, this.say(label)]));
    await this.driver.see({ text: this.say(key, labels), within: this.step(number) });
    await this.driver.inspect(`setup guide, step ${number} opened`);
  }

  async openScreen(number, key) {
    await this.unfold(number);
    const name = this.say("setup_guide.open", { screen: this.say(key) });
    await this.driver.click({ role: "link", name, within: this.step(number) });
  }

  #handOver(number) {
    return { role: "button", name: this.say("setup_guide.hand_over"), exact: false, within: this.step(number) };
  }

  /** Waits until a step is another person's, or no longer is. */
  async seeNotYours(number) {
    await this.unfold(number);
    await this.driver.see(this.#handOver(number));
    await this.driver.see({ text: this.say("setup_guide.not_yours"), within: this.step(number) });
  }

  async seeYours(number) {
    await this.unfold(number);
    await this.driver.gone(this.#handOver(number));
    await this.driver.see({ text: this.say("field.persona"), within: this.step(number) });
  }

  /** Opens the dialog that hands a step over. */
  async handOver(number) {
    await this.unfold(number);
    await this.driver.click(this.#handOver(number));
    await this.driver.see({ label: this.say("users.search") });
    await this.driver.inspect(`handing over step ${number}`);
  }

  /** Chooses the recipient of the step, in the dialog. */
  async giveTo(email, name, persona) {
    const within = { role: "dialog" };
    await this.driver.fill(this.say("users.search"), email, within);
    await this.driver.click({
      role: "button",
      name: new RegExp(`^${this.say("setup_guide.give")}\\s*${this.say("common.of", { text: name })}$`),
      within,
    });
    await this.driver.see({ text: this.say("setup_guide.handed_over", { name, persona: this.say(persona) }), within });
    await this.driver.inspect("step handed over");
    await this.driver.click({ role: "button", name: this.say("common.close"), within });
    await this.driver.gone(within);
  }

  async inviteForStep() {
    await this.driver.click({ role: "link", name: this.say("setup_guide.invite_for_step"), within: { role: "dialog" } });
  }

  async take(number, persona) {
    await this.unfold(number);
    const name = this.say("setup_guide.take");
    await this.driver.click({ role: "button", name, exact: false, within: this.step(number) });
    await this.driver.see({ text: this.say("setup_guide.taken", { persona: this.say(persona) }) });
  }

  /** Ticks a prerequisite, and waits until the server has stored it, because the next steps depend on it. */
  async tick(key) {
    const path = `/api/v1/setup-guide/prerequisites/${key.split(".")[1]}`;
    const stored = this.driver.answerTo("PUT", path);
    await this.driver.check(this.say(key));
    await stored;
  }

  async seeTicked(name) {
    const [before] = this.say("setup_guide.ticked_by", { name, date: "|" }).split("|");
    await this.driver.see({ text: before });
    await this.driver.inspect("setup guide, prerequisite ticked");
  }
}
