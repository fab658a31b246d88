// Team Management: the teams and their members.
import { personIn } from "./users.mjs";

export class Teams {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async open() {
    await this.driver.goto("/settings/admin/teams");
    await this.arrive();
  }

  /** Waits until the list is there. */
  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("nav.team_management") });
    await this.driver.see({ role: "table", name: this.say("teams.teams") });
    await this.driver.inspect("teams");
  }

  get #new() {
    return { role: "button", name: this.say("teams.new") };
  }

  #row(team) {
    return { role: "row", name: team, exact: false };
  }

  async seeMembers(team, count) {
    await this.driver.see({ text: String(count), within: this.#row(team) });
  }

  async seeGone(team) {
    await this.driver.gone(this.#row(team));
  }

  async seeFocusOn(team) {
    await this.driver.seeFocus(this.#row(team));
  }

  async seeCount(used, limit) {
    await this.driver.see({ text: this.say("teams.limit_text", { used, limit }) });
  }

  /** Whether another team may be created. */
  async mayCreate() {
    return (await this.driver.attributeOf(this.#new, "aria-disabled")) !== "true";
  }

  /** Fills in the dialog for a new team, and sends it. */
  async create(name) {
    await this.driver.click(this.#new);
    await this.submitName(name, "common.create");
  }

  async rename(team, name) {
    await this.#act(team, "teams.rename");
    await this.submitName(name, "common.save");
  }

  /** In the dialog that asks for a name. */
  async submitName(name, key) {
    const within = { role: "dialog" };
    await this.driver.inspect("name of a team");
    await this.driver.fill(this.say("teams.name"), name, within);
    await this.driver.click({ role: "button", name: this.say(key), within });
  }

  async seeNameRefused(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
    await this.driver.inspect("name of a team, refused");
  }

  async cancel() {
    await this.driver.click({ role: "button", name: this.say("common.cancel"), within: { role: "dialog" } });
    await this.driver.gone({ role: "dialog" });
  }

  /** Deletes a team after a confirmation that names the consequences. */
  async delete(team, members) {
    await this.#act(team, "teams.delete");
    const within = { role: "dialog", name: this.say("teams.delete_title", { team }) };
    await this.driver.see({ text: this.say("teams.delete_text", { count: members }), within });
    await this.driver.inspect("question before a team is deleted");
    await this.driver.click({ role: "button", name: this.say("teams.delete"), within });
  }

  async #act(team, key) {
    await this.driver.click({ role: "button", name: this.say("users.row_actions", { name: team }) });
    await this.driver.inspect("menu of a team");
    await this.driver.click({ role: "menuitem", name: this.say(key) });
  }

  /** Opens a team by its name. */
  async openTeam(team) {
    await this.driver.click({ role: "link", name: team });
    await this.driver.see({ role: "heading", name: team });
  }

  /** Opens All Members through the *Everyone* team. */
  async openAllMembers() {
    await this.driver.click({ role: "link", name: this.say("team.everyone") });
    await this.#seeAllMembers();
  }

  /** Goes from a team to the list from which members are chosen for it. */
  async addPeople() {
    await this.driver.click({ role: "link", name: this.say("teams.add_people") });
    await this.#seeAllMembers();
  }

  async #seeAllMembers() {
    await this.driver.see({ role: "heading", name: this.say("team.everyone") });
    await this.driver.see({ role: "table", name: this.say("teams.all_members") });
    await this.driver.inspect("all members");
  }

  async search(text) {
    await this.driver.fill(this.say("users.search"), text);
  }

  async seeTotal(count) {
    await this.driver.see({ text: this.say("users.total", { count }) });
  }

  async pick(name) {
    await this.driver.check(this.say("users.pick", { name }));
  }

  /** The members of the displayed team, as names in their order. */
  async members(team) {
    const [, ...rows] = await this.driver.cellsOf("table", this.say("teams.members_caption", { team }));
    return rows.map(([, person]) => personIn(person).name);
  }

  async seeMember(email) {
    await this.driver.see({ role: "row", name: email, exact: false });
  }

  async seeMemberGone(email) {
    await this.driver.gone({ role: "row", name: email, exact: false });
  }

  async seeNobody() {
    await this.driver.see({ text: this.say("teams.nobody_title") });
    await this.driver.inspect("team without members");
  }

  get #bulk() {
    return { role: "group", name: this.say("users.bulk") };
  }

  /** Adds the selected people to a team; to the preselected one if none is named. */
  async addPicked(team) {
    await this.driver.click({ role: "button", name: this.say("teams.add_to_teams"), within: this.#bulk });
    await this.addInDialog(team);
  }

  async addInDialog(team) {
    const within = { role: "dialog", name: this.say("teams.add_to_teams") };
    await this.driver.see({ label: this.say("field.team"), within });
    if (team) await this.driver.choose(this.say("field.team"), team, within);
    await this.driver.inspect("add to teams");
    await this.driver.click({ role: "button", name: this.say("common.add"), within });
    await this.driver.gone(within);
  }

  /** Removes the selected people from the team. */
  async removePicked(team, count) {
    await this.driver.click({ role: "button", name: this.say("teams.remove_people"), within: this.#bulk });
    const within = { role: "dialog", name: this.say("teams.remove_title", { count, team }) };
    await this.driver.see(within);
    await this.driver.inspect("question before people leave a team");
    await this.driver.click({ role: "button", name: this.say("teams.remove_people"), within });
    await this.driver.gone(within);
  }
}
