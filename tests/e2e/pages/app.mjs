// The whole app as used by one person.
import { ADMIN } from "../harness/server.mjs";
import { ActionsConfig } from "./actions_config.mjs";
import { Activation } from "./activation.mjs";
import { Batch } from "./batch.mjs";
import { Diagnostics } from "./diagnostics.mjs";
import { ElementHost } from "./element_host.mjs";
import { Frame } from "./frame.mjs";
import { General } from "./general.mjs";
import { GuestHost } from "./guest_host.mjs";
import { Host } from "./host.mjs";
import { Invite } from "./invite.mjs";
import { InviteCsv } from "./invite_csv.mjs";
import { InviteSalesforce } from "./invite_salesforce.mjs";
import { Mailbox } from "./mailbox.mjs";
import { Marketo } from "./marketo.mjs";
import { OpenSessions } from "./open_sessions.mjs";
import { PanelGate } from "./panel_gate.mjs";
import { Profile } from "./profile.mjs";
import { Proof } from "./proof.mjs";
import { RawHost } from "./raw_host.mjs";
import { Salesforce } from "./salesforce.mjs";
import { SalesforceSetup } from "./salesforce_setup.mjs";
import { Security } from "./security.mjs";
import { SetupGuide } from "./setup_guide.mjs";
import { SignIn } from "./sign_in.mjs";
import { SignInWindow } from "./sign_in_window.mjs";
import { Teams } from "./teams.mjs";
import { TwoStep } from "./two_step.mjs";
import { UpdateUsers } from "./update_users.mjs";
import { User } from "./user.mjs";
import { Users } from "./users.mjs";
import { Webhooks } from "./webhooks.mjs";
import { Validate } from "./validate.mjs";
import { Version } from "./version.mjs";

/** One of the Marketo stand-in's administrators. */
const MARKETO_ADMIN = "Marta Núñez";

export class App {
  /** `driver` controls the browser, `say` returns the texts of the person's language. */
  constructor(driver, say, server) {
    this.driver = driver;
    this.server = server;
    this.speak(say);
  }

  /** Continues in another language. */
  speak(say) {
    this.say = say;
    const { driver } = this;
    this.frame = new Frame(driver, say);
    this.signIn = new SignIn(driver, say);
    this.signInWindow = new SignInWindow(driver, say);
    this.activation = new Activation(driver, say);
    this.setupGuide = new SetupGuide(driver, say);
    this.users = new Users(driver, say);
    this.webhooks = new Webhooks(driver, say);
    this.user = new User(driver, say);
    this.inviteCsv = new InviteCsv(driver, say);
    this.inviteSalesforce = new InviteSalesforce(driver, say);
    this.updateUsers = new UpdateUsers(driver, say, this.inviteCsv);
    this.invite = new Invite(driver, say);
    this.batch = new Batch(driver, say);
    this.openSessions = new OpenSessions(driver, say);
    this.profile = new Profile(driver, say);
    this.twoStep = new TwoStep(driver, say);
    this.proof = new Proof(driver, say);
    this.salesforce = new Salesforce(driver, say);
    this.marketo = new Marketo(driver, say);
    this.salesforceSetup = new SalesforceSetup(driver, say);
    this.actionsConfig = new ActionsConfig(driver, say);
    this.teams = new Teams(driver, say);
    this.general = new General(driver, say);
    this.panelGate = new PanelGate(driver, say);
    this.security = new Security(driver, say);
    this.diagnostics = new Diagnostics(driver, say);
    this.validate = new Validate(driver, say);
    this.version = new Version(driver, say);
    this.mailbox = new Mailbox(driver);
    this.host = new Host(driver);
    this.guestHost = new GuestHost(driver);
    this.elementHost = new ElementHost(driver);
    this.rawHost = new RawHost(driver);
  }

  /** Signs in as the first administrator, and opens no screen. */
  async admit() {
    await this.driver.signIn(await this.server.signInLink());
  }

  /** Starts in User Management, signed in as the first administrator. */
  async enter() {
    await this.admit();
    await this.users.open();
  }

  /** Steps 1 to 3: invites a Marketo administrator, and connects the account to Salesforce and to Marketo. */
  async connect() {
    await this.actionsConfig.open();
    await this.actionsConfig.search(MARKETO_ADMIN);
    await this.actionsConfig.askToInvite(MARKETO_ADMIN);
    await this.actionsConfig.invite(MARKETO_ADMIN);
    await this.salesforce.connectAs(ADMIN, "Example Corp");
    await this.meetPrerequisites();
    await this.marketo.open();
    await this.marketo.connect();
    // The invitation is not accepted yet.
    await this.marketo.continueAnyway();
    await this.marketo.seeConnected(ADMIN);
  }

  /** Ticks the prerequisites. */
  async meetPrerequisites() {
    for (const id of ["actions_enabled", "marketo_salesforce_sync"]) {
      const status = await this.driver.request("PUT", `/api/v1/setup-guide/prerequisites/${id}`, { ticked: true });
      if (status !== 200) throw new Error(`${id} was not ticked: ${status}`);
    }
  }

  /**
   * Makes the next requests of this session to a route fail. `times` of 0 cancels that.
   * @param {string} route
   * @param {string} fault
   * @param {{ method?: string, times?: number, after?: number }} [options]
   */
  async fault(route, fault, { method, times = 1, after = 0 } = {}) {
    // These failures are not the app's fault.
    const path = route.replaceAll(/\{\w+\}/g, "[^/]+");
    this.driver.expectRefused(new RegExp(`\\b${method ? method.toUpperCase() : "[A-Z]+"} /api/v1${path}($| broke off)`));
    const status = await this.driver.request("PUT", "/api/v1/sandbox/faults", { route, method, fault, times, after });
    if (status !== 204) throw new Error(`the fault was not taken: ${status}`);
  }

  /** The app in the frame of the page that embeds it. */
  async panel(title = "Sales Insight Actions") {
    return new App(await this.driver.inFrame(title), this.say, this.server);
  }

  /** The same app in another tab of the same browser. */
  async tab() {
    return new App(await this.driver.tab(), this.say, this.server);
  }
}
