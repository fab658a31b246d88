// Invite Users via CSV: its steps, each with its content and actions.
import { until } from "../harness/server.mjs";

export class InviteCsv {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
    this.draft = new DraftCard(driver, say);
    this.file = new FileStep(driver, say);
    this.mapping = new MappingStep(driver, say);
    this.checking = new Checking(driver, say);
    this.review = new ReviewStep(driver, say);
    this.invite = new InviteDialog(driver, say);
    this.sending = new SendingStep(driver, say);
  }

  async open() {
    await this.driver.goto("/settings/admin/users/invite-csv");
    await this.file.arrive();
  }

  /** From the choice of a file to its mapping. */
  async map(path) {
    await this.file.choose(path);
    await this.file.arriveChosen();
    await this.file.next();
    await this.mapping.arrive();
  }

  /** From the chosen file to the question before sending, accepting all proposals. */
  async prepare(path) {
    await this.map(path);
    await this.mapping.next();
    await this.review.arrive();
    await this.review.next();
    await this.invite.arrive();
  }
}

/** Work of an earlier visit, on the File step. */
export class DraftCard {
  /** The key of the card's title is that of the screen. */
  constructor(driver, say, title = "draft.title") {
    this.driver = driver;
    this.say = say;
    this.title = title;
  }

  #card(file) {
    return { role: "region", name: this.say(this.title, { file }) };
  }

  /** Waits until this browser has stored something in the draft, as in its JSON. */
  async seeKept(...pieces) {
    const isKept = async () => {
      const kept = (await this.driver.keptInDatabases()).replaceAll("\\", "");
      return pieces.every((piece) => kept.includes(piece));
    };
    await until(isKept, () => `${pieces.join(", ")} in the draft`);
  }

  /** Waits until this browser stores none of these texts. */
  async seeForgotten(...texts) {
    const isForgotten = async () => {
      const kept = await this.driver.keptInDatabases();
      return texts.every((text) => !kept.includes(text));
    };
    await until(isForgotten, () => `${texts.join(", ")} to be forgotten`);
  }

  async arrive(file) {
    await this.driver.see(this.#card(file));
    await this.driver.inspect("csv: draft");
  }

  async seeCorrections(file, count) {
    await this.driver.see({ text: this.say("draft.corrections", { count }), within: this.#card(file) });
  }

  /** Waits for the File step without a draft of the file, on whatever screen it was begun. */
  async seeNone(file) {
    await this.driver.see({ text: this.say("invite_csv.drop") });
    for (const title of ["draft.title", "draft.title_members", "draft.title_check"]) {
      await this.driver.gone({ role: "region", name: this.say(title, { file }) });
    }
  }

  async goOn() {
    await this.driver.click({ role: "button", name: this.say("draft.go_on") });
  }

  async chooseAgain(file, path) {
    await this.driver.setFile(this.say("draft.choose_again", { file }), path);
  }

  async seeOtherFile(chosen, file) {
    await this.driver.see({ text: this.say("draft.other_file", { chosen, file }), within: this.#card(file) });
    await this.driver.inspect("csv: another file than the draft's");
  }

  async takeOther(chosen) {
    await this.driver.click({ role: "button", name: this.say("draft.use_other", { chosen }) });
  }

  async seeUnreachable(file) {
    await this.driver.see({ text: this.say("draft.unreachable"), within: this.#card(file) });
    await this.driver.see({ label: this.say("draft.choose_again", { file }) });
    await this.driver.inspect("csv: the draft's file cannot be opened");
  }

  async discard(file) {
    await this.driver.click({ role: "button", name: this.say("draft.discard"), within: this.#card(file) });
    const dialog = { role: "dialog", name: this.say("draft.discard_title") };
    await this.driver.see(dialog);
    await this.driver.inspect("csv: discard the draft");
    await this.driver.click({ role: "button", name: this.say("draft.discard"), within: dialog });
    await this.seeNone(file);
  }
}

/** A pattern for a text with `{count}`, whatever the count. */
function withAnyCount(say, key) {
  const [one, other] = [1, 2].map((count) => say(key, { count }).replace(/\d/, "[\\d,.\\s]+"));
  return new RegExp(`^(${one}|${other})$`);
}

class FileStep {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  get chooser() {
    return { label: this.say("invite_csv.choose") };
  }

  async arrive() {
    await this.driver.see({ role: "heading", name: this.say("users.invite_users_via_csv") });
    await this.driver.see({ text: this.say("invite_csv.drop") });
    await this.driver.inspect("csv: file");
  }

  /** Opens the browser's dialog by a click, as a user does. */
  async press() {
    await this.driver.click({ text: this.say("invite_csv.choose"), whole: true });
  }

  async choose(path) {
    await this.driver.setFile(this.say("invite_csv.choose"), path);
  }

  /** Waits until a file is chosen and its first rows are shown. */
  async arriveChosen() {
    await this.driver.see({ role: "table", name: this.say("invite_csv.preview") });
    await this.driver.inspect("csv: file chosen");
  }

  /** Waits until the first rows are shown while the others of this file are read. */
  async seeReading(name) {
    await this.driver.see({ text: this.say("invite_csv.reading", { name }) });
    await this.driver.seeAttribute(this.goOn, "aria-disabled", "true");
  }

  /** Waits until all of this file is read. */
  async seeChosen(name) {
    await this.driver.see({ role: "heading", name: new RegExp(name) });
  }

  get goOn() {
    return { role: "button", name: this.say("common.next") };
  }

  async next() {
    await this.driver.click(this.goOn);
  }

  async chooseAnother(path) {
    await this.driver.setFile(this.say("invite_csv.choose_another"), path);
  }

  /** The sheets to choose from, as they are shown. */
  async sheets() {
    return this.driver.optionsOf(this.say("invite_csv.sheet"));
  }

  /** Waits until this sheet is the one that is read. */
  async seeSheet(name, count, key = "invite_csv.sheet_rows") {
    await this.driver.seeValue(this.say("invite_csv.sheet"), this.say(key, { name, count }));
  }

  /** Chooses a sheet, by its name and the number of its rows. */
  async chooseSheet(name, count, key = "invite_csv.sheet_rows") {
    await this.driver.choose(this.say("invite_csv.sheet"), this.say(key, { name, count }));
  }

  /** Pastes a text, as with Ctrl+V while no field has the focus. */
  async paste(text) {
    await this.driver.onPage((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      // Firefox takes the text from properties of its own.
      const content = { clipboardData, dataType: "text/plain", data: text };
      document.body.dispatchEvent(new ClipboardEvent("paste", { ...content, bubbles: true, cancelable: true }));
    }, text);
  }

  /** Opens the place to paste into. */
  async openPaste() {
    await this.driver.click({ text: this.say("invite_csv.paste_title"), whole: true });
    await this.driver.see({ label: this.say("invite_csv.paste_label") });
    await this.driver.inspect("csv: paste");
  }

  /** Opens the place to paste into, fills it in as if typed, and has it read. */
  async pasteInto(text) {
    await this.openPaste();
    await this.driver.click({ role: "button", name: this.say("invite_csv.paste_read") });
    await this.driver.see({ text: this.say("invite_csv.paste_nothing") });
    await this.driver.fill(this.say("invite_csv.paste_label"), text);
    await this.driver.click({ role: "button", name: this.say("invite_csv.paste_read") });
  }

  /** The first rows as read, the header first, each beginning with its number. */
  async preview() {
    return this.driver.cellsOf("table", this.say("invite_csv.preview"));
  }

  /** Waits until a cell of the preview shows a text. */
  async seePreviewed(text) {
    await this.driver.see({ text, within: { role: "table", name: this.say("invite_csv.preview") } });
  }

  /** Waits until the first row below the header is this row of the file. */
  async seeFirstRow(number) {
    const row = { role: "rowheader", name: number, nth: 0 };
    await this.driver.see({ ...row, within: { role: "table", name: this.say("invite_csv.preview") } });
  }

  /** How the file is read, as shown by the choosers. */
  async reading() {
    const chosen = (key) => this.driver.valueOf(this.say(key));
    return {
      encoding: await chosen("invite_csv.encoding"),
      delimiter: await chosen("invite_csv.delimiter"),
      header: await chosen("invite_csv.header"),
    };
  }

  async readAs(key, option) {
    await this.driver.choose(this.say(key), option);
  }

  async seeReadAs(key, option) {
    await this.driver.seeValue(this.say(key), option);
  }

  /** Answers the question whether so many corrections of a file may be lost. */
  async #answer(file, count, button) {
    const dialog = { role: "dialog", name: this.say("invite_csv.lose_title") };
    await this.driver.see({ text: this.say("invite_csv.lose_text", { count, file }), within: dialog });
    await this.driver.inspect("csv: lose corrections");
    await this.driver.click({ role: "button", name: this.say(button), within: dialog });
    await this.driver.gone(dialog);
  }

  async keepCorrections(file, count) {
    await this.#answer(file, count, "common.cancel");
  }

  async loseCorrections(file, count) {
    await this.#answer(file, count, "invite_csv.lose");
  }

  /** Waits for the note about an encoding other than Unicode. */
  async seeEncodingNote(encoding) {
    await this.driver.see({ text: this.say("invite_csv.legacy_encoding", { encoding }) });
  }

  /** Whether there is such a note. */
  async saysLegacy() {
    const [before] = this.say("invite_csv.legacy_encoding", { encoding: "\n" }).split("\n");
    return this.driver.has({ text: before });
  }

  async seeRefused(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
    await this.driver.inspect("csv: file refused");
  }

  async template() {
    return this.driver.download({ role: "button", name: this.say("invite_csv.template") });
  }
}

class MappingStep {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async arrive() {
    await this.driver.see({ role: "table", name: this.say("invite_csv.mapping_title") });
    await this.driver.inspect("csv: mapping");
  }

  /** The columns as `{ column, samples, field }`: in the table the fields stand above the names, and the first rows below. */
  async columns() {
    const [fields, names, ...rows] = await this.driver.cellsOf("table", this.say("invite_csv.mapping_title"));
    const columns = names.map((column, at) => ({ column, samples: rows.map((row) => row[at]), field: fields[at] }));
    return columns.slice(1);
  }

  async map(column, fieldKey) {
    await this.driver.choose(this.say("invite_csv.target_of", { column }), this.say(fieldKey));
  }

  /** Waits for the note on several columns of addresses. */
  async seeFurther() {
    await this.driver.see({ text: this.say("invite_csv.further_addresses_hint") });
    await this.driver.inspect("csv: mapping of several columns of addresses");
  }

  /** Waits for the note that the columns are mapped as they were last time. */
  async seeRemembered() {
    await this.driver.see({ text: this.say("invite_csv.mapping_remembered") });
    await this.driver.inspect("csv: mapping as last time");
  }

  /** Maps the columns as they were proposed. */
  async propose() {
    await this.driver.click({ role: "button", name: this.say("invite_csv.mapping_propose") });
    await this.driver.see({ text: this.say("invite_csv.mapping_proposed"), within: { role: "main" } });
  }

  async seeBlocked() {
    await this.driver.see({ text: this.say("invite_csv.no_email_column") });
    await this.driver.inspect("csv: mapping without addresses");
  }

  async back() {
    await this.driver.click({ role: "button", name: this.say("common.back") });
  }

  /** To the review, whose button has another name where nothing is to be decided. */
  async next() {
    const names = ["common.next", "invite_csv.review_rows"].map((key) => this.say(key));
    await this.driver.click({ role: "button", name: new RegExp(`^(${names.join("|")})$`) });
  }

  /** Waits until the people can be invited from here. */
  async seeClear(count) {
    await this.driver.see({ role: "button", name: this.say("invite_csv.invite_people", { count }) });
    await this.driver.see({ role: "button", name: this.say("invite_csv.review_rows") });
    await this.driver.inspect("csv: mapping of a file without anything to decide");
  }

  /** Waits until it is known that there is something to decide. */
  async seeUnclear() {
    await this.driver.see({ role: "button", name: this.say("common.next") });
    await this.driver.gone({ role: "button", name: this.say("invite_csv.review_rows") });
  }

  /** Asks whether to invite these people. */
  async ask(count) {
    await this.driver.click({ role: "button", name: this.say("invite_csv.invite_people", { count }) });
  }
}

/** While the whole file is read. */
class Checking {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  async arrive() {
    await this.driver.see({ role: "progressbar", name: this.say("invite_csv.checking") });
    await this.driver.inspect("csv: checking");
  }

  async cancel() {
    await this.driver.click({ role: "button", name: this.say("common.cancel") });
  }
}

class ReviewStep {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  get #grid() {
    return { role: "grid", name: this.say("invite_csv.rows_label") };
  }

  /** Waits until rows are shown, or the text that there are none, instead of the loading state. */
  async seeRows() {
    await this.driver.see({ role: "gridcell", within: this.#grid });
    await this.driver.gone({ text: this.say("common.loading"), within: this.#grid });
  }

  /** Waits until no review is shown. */
  async seeNone() {
    await this.driver.gone(this.#grid);
  }

  /** Waits until every row has its verdict, compared with the account's data. */
  async arrive() {
    await this.driver.see({ text: this.say("invite_csv.compared") });
    await this.seeRows();
    await this.driver.inspect("csv: review");
  }

  /** Waits for the review after failed requests, whose subjects are named. */
  async arriveUnasked(...things) {
    const note = { role: "alert" };
    await this.driver.see({ text: this.say("unknown.title"), within: note });
    for (const thing of ["people", "seats", "names"]) {
      const said = { text: this.say(`unknown.${thing}`), within: note };
      await (things.includes(thing) ? this.driver.see(said) : this.driver.gone(said));
    }
    await this.seeRows();
    await this.driver.inspect("csv: review without the server");
  }

  async askAgain() {
    await this.driver.click({ role: "button", name: this.say("unknown.ask_again") });
  }

  /** Waits until it is said that the rows are compared with what the account said before. */
  async seeComparedBefore() {
    await this.driver.see({ text: this.say("unknown.older") });
    await this.driver.inspect("csv: review with the server gone");
  }

  /** Waits until the review reports more people than free seats. */
  async seeSeatsShort(people, free, count) {
    await this.driver.see({ text: this.say("invite_csv.seats_short", { people, free, count }), within: { role: "status" } });
    await this.driver.inspect("csv: seats are short");
  }

  /** Shows the rows with warnings, whatever their verdict, of which there are `count`. */
  async showWarned(count) {
    await this.driver.click({ role: "button", name: `${this.say("invite_csv.with_warnings")} ${count}` });
    await this.seeRows();
  }

  /** The number of rows per verdict, by its key; verdicts without rows are not shown. */
  async counts() {
    const filters = { role: "group", name: this.say("invite_csv.filter") };
    const texts = await this.driver.textsOf({ role: "button", within: filters });
    const names = ["ready", "warning", "error", "duplicate", "member", "invited", "over_seats"];
    const counts = {};
    for (const name of names) {
      const label = this.say(`verdict.${name}`);
      const text = texts.find((text) => text.startsWith(label) && /^\s*\d/.test(text.slice(label.length)));
      if (text) counts[name] = Number(text.slice(label.length).replaceAll(/\D/g, ""));
    }
    return counts;
  }

  async filterBy(verdict) {
    // Followed by a number: other filters have the word, too.
    const name = new RegExp(`^${this.say(`verdict.${verdict}`)} ?\\d`);
    await this.driver.click({ role: "button", name, within: { role: "group", name: this.say("invite_csv.filter") } });
  }

  /** The visible rows: number, verdict with its reasons, then the fields. */
  async rows() {
    const [, ...rows] = await this.driver.cellsOf("grid", this.say("invite_csv.rows_label"));
    return rows;
  }

  #row(number) {
    return { role: "row", name: new RegExp(`^${number} `), within: this.#grid };
  }

  /** Waits until a row of the file shows a text. Rows far down are found by their number. */
  async seeInRow(row, text) {
    await this.driver.see({ text, within: this.#row(row) });
  }

  async seeUnclosedQuote(row) {
    await this.driver.see({ text: this.say("invite_csv.unclosed_quote", { row }), within: { role: "alert" } });
    await this.driver.inspect("csv: unclosed quote");
  }

  async readQuotesAsText() {
    await this.driver.click({ role: "button", name: this.say("invite_csv.quotes_as_text") });
  }

  /** Opens a cell for editing, with all its text selected. */
  async beginChange(cell) {
    await this.driver.doubleClick({ role: "gridcell", name: cell, within: this.#grid });
    await this.driver.press("Control+a");
  }

  /** Whether a cell of a field is being edited. */
  async isChanging(field) {
    return this.driver.has({ role: "textbox", name: this.say(`field.${field}`), within: this.#grid });
  }

  /** Edits a cell in place, without waiting for the result. */
  async change(cell, text) {
    await this.beginChange(cell);
    await this.driver.type(text);
    await this.driver.press("Enter");
  }

  /** Edits a cell in place. */
  async edit(cell, text) {
    await this.change(cell, text);
    await this.driver.see({ role: "gridcell", name: text, within: this.#grid });
  }

  async undo() {
    await this.driver.click({ role: "button", name: this.say("invite_csv.undo") });
  }

  async redo() {
    await this.driver.click({ role: "button", name: this.say("invite_csv.redo") });
  }

  /** The fix for every row that names one unknown value. */
  #fix(value) {
    // In the quotes of any language: without quotes, it may be a team to choose in another fix.
    const having = new RegExp(`\\p{P}\\s?${value}\\s?\\p{P}`, "u");
    return { role: "listitem", within: { role: "region", name: this.say("invite_csv.fixes_title") }, having };
  }

  /** Unfolds what is below the line of a kind, and below that of a value, where it is folded. */
  async #unfold(code, value) {
    const kind = this.#kind(this.say(`row_problem.${code}`));
    await this.#unfoldLine(kind, { role: "button", name: this.say("invite_csv.kind_next"), exact: false, within: kind });
    if (value) await this.#unfoldLine(this.#fix(value), this.#leaveOutButton(value));
  }

  async #unfoldLine(within, below) {
    await this.driver.see(within);
    if (await this.driver.has(below)) return;
    await this.driver.click({ role: "button", within });
    await this.driver.see(below);
  }

  /** The teams that can replace an unknown one. */
  async teamsInsteadOf(team) {
    await this.#unfold("unknown_team", team);
    return this.driver.optionsOf(this.say("invite_csv.fix_team_instead", { team }));
  }

  async replaceTeam(team, by) {
    await this.#unfold("unknown_team", team);
    await this.#replace(team, this.say("invite_csv.fix_team_instead", { team }), by);
  }

  /** The workspaces that can replace an unknown one. */
  async workspacesInsteadOf(workspace) {
    await this.#unfold("unknown_workspace", workspace);
    return this.driver.optionsOf(this.say("invite_csv.fix_workspace_instead", { workspace }));
  }

  async replaceWorkspace(workspace, by) {
    await this.#unfold("unknown_workspace", workspace);
    await this.#replace(workspace, this.say("invite_csv.fix_workspace_instead", { workspace }), by);
  }

  async #replace(value, label, by) {
    await this.driver.choose(label, by);
    await this.driver.click({ role: "button", name: this.say("invite_csv.fix_replace"), within: this.#fix(value) });
    await this.driver.gone(this.#fix(value));
  }

  /** Presses the button, whatever comes of it. */
  async tryToCreateTeam(team) {
    await this.#unfold("unknown_team", team);
    await this.driver.click({ role: "button", name: this.say("invite_csv.fix_team_create"), within: this.#fix(team) });
  }

  async createTeam(team) {
    await this.#unfold("unknown_team", team);
    await this.driver.click({ role: "button", name: this.say("invite_csv.fix_team_create"), within: this.#fix(team) });
    await this.driver.gone(this.#fix(team));
  }

  /** Replaces a role in all rows. */
  async replaceRole(value, by, code = "unknown_role") {
    await this.#unfold(code);
    await this.driver.click({ role: "button", name: this.say(`role.${by}`), exact: false, within: this.#fix(value) });
    await this.driver.gone(this.#fix(value));
  }

  async leaveOut(value) {
    await this.#unfold("unknown_team", value);
    await this.driver.click(this.#leaveOutButton(value));
    await this.driver.gone(this.#fix(value));
  }

  /** The button says to screen readers which value it leaves out. */
  #leaveOutButton(value) {
    return { role: "button", name: this.say("invite_csv.fix_remove"), exact: false, within: this.#fix(value) };
  }

  async leaveOutByKeyboard(value) {
    await this.#unfold("unknown_team", value);
    await this.driver.focusOn(this.#leaveOutButton(value));
    await this.driver.press("Enter");
    await this.driver.gone(this.#fix(value));
  }

  /** Waits until the heading of the problems has the focus, as the pressed button is gone. */
  async seeFocusOnProblems() {
    await this.driver.seeFocus({ role: "heading", name: this.say("invite_csv.fixes_title") });
  }

  #kind(name) {
    return { role: "group", name, within: { role: "region", name: this.say("invite_csv.fixes_title") } };
  }

  /** Fixes all rows of a kind at once: its code, the number of rows that it says, and the key of the button. */
  async fixAll(code, count, press) {
    const kind = this.#kind(this.say(`row_problem.${code}`));
    await this.#unfold(code);
    await this.driver.see({ role: "button", name: this.say("invite_csv.kind_rows", { count }), within: kind });
    await this.driver.click({ role: "button", name: this.say(press), within: kind });
    await this.driver.gone(kind);
  }

  /** Accepts all suggestions for addresses, as many as are said. */
  async acceptAll(count) {
    const suggestions = this.#kind(this.say("invite_csv.fix_typos", { count }));
    await this.driver.click({ role: "button", name: this.say("invite_csv.fix_typos_accept"), within: suggestions });
    await this.driver.gone(suggestions);
  }

  /** Replaces a text in all rows of a column. */
  async replaceText(column, find, by) {
    const dialog = { role: "dialog" };
    await this.driver.click({ role: "button", name: this.say("invite_csv.replace_title") });
    await this.driver.choose(this.say("invite_csv.replace_column"), this.say(column), dialog);
    await this.driver.fill(this.say("invite_csv.replace_find"), find, dialog);
    await this.driver.fill(this.say("invite_csv.replace_by"), by, dialog);
    await this.driver.inspect("csv: find and replace");
    await this.driver.click({ role: "button", name: this.say("invite_csv.replace_all"), within: dialog });
    await this.driver.gone(dialog);
  }

  /** Adds a row behind all others, and waits until the keyboard is in its address. */
  async addRow() {
    await this.driver.click({ role: "button", name: this.say("invite_csv.add_row") });
    await this.seeReason("missing_email");
    await this.focused();
  }

  /** Keeps the current row, and leaves out those of the same person that it contradicts. */
  async keepRow() {
    await this.driver.click({ role: "button", name: this.say("invite_csv.fix_keep_row") });
  }

  /** Goes to the next row with a problem of that code. */
  async nextOfKind(code) {
    await this.#unfold(code);
    await this.driver.click({
      role: "button",
      name: this.say("invite_csv.kind_next"),
      exact: false,
      within: this.#kind(this.say(`row_problem.${code}`)),
    });
  }

  /** Leaves out all rows with a problem of that code. */
  async leaveOutKind(code) {
    const kind = this.#kind(this.say(`row_problem.${code}`));
    await this.#unfold(code);
    await this.driver.click({ role: "button", name: this.say("invite_csv.leave_rows_out"), exact: false, within: kind });
    await this.driver.gone(kind);
  }

  /** Takes in again whatever was left out. */
  async takeAllIn(count) {
    const kind = this.#kind(this.say("invite_csv.left_out_count", { count }));
    await this.driver.click({ role: "button", name: this.say("invite_csv.take_all_in"), within: kind });
    await this.driver.gone(kind);
  }

  get #leftOut() {
    return {
      role: "button",
      name: new RegExp(`^${this.say("invite_csv.left_out")}`),
      within: { role: "group", name: this.say("invite_csv.filter") },
    };
  }

  /** Waits until so many rows are said to be left out. */
  async seeLeftOut(count) {
    if (count === 0) return this.driver.gone(this.#leftOut);
    await this.driver.see({ ...this.#leftOut, name: `${this.say("invite_csv.left_out")} ${count}` });
  }

  async filterByLeftOut() {
    await this.driver.click(this.#leftOut);
  }

  /** Leaves a row out, or takes it in again, by its own button. */
  async toggleRow(row, isIn) {
    const button = { role: "button", name: this.say(isIn ? "invite_csv.leave_row_out" : "invite_csv.take_row_in", { row }) };
    await this.driver.click({ ...button, within: this.#row(row) });
  }

  /** Waits until a cell is no longer shown. */
  async seeNoCell(cell) {
    await this.driver.gone({ role: "gridcell", name: cell, within: this.#grid });
  }

  /** By how many pixels the page is longer than its place. */
  async overhang() {
    return this.driver.onPage(() => {
      const scrolled = [document.documentElement, ...document.querySelectorAll(".shell > .main")];
      return Math.max(...scrolled.map(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight));
    });
  }

  /** How many of the drawn rows have a number that is cut at its beginning. */
  async cutNumbers() {
    return this.driver.onPage(() => {
      const isCut = (cell) => {
        const content = document.createRange();
        content.selectNodeContents(cell);
        return content.getBoundingClientRect().left < cell.getBoundingClientRect().left;
      };
      return [...document.querySelectorAll(".grid-row:not(.grid-head) > .grid-number")].filter(isCut).length;
    });
  }

  /** The columns whose heads are completely in sight. */
  async columnsInSight() {
    return this.driver.onPage(() => {
      const edge = document.querySelector("[role=grid]").getBoundingClientRect().right + 1;
      const heads = [...document.querySelectorAll("[role=grid] [role=columnheader]")];
      return heads.filter((head) => head.getBoundingClientRect().right <= edge).map((head) => head.textContent);
    });
  }

  /** The addresses in drawn rows that are cut at their end. */
  async cutAddresses() {
    return this.driver.onPage(() => {
      const shown = [...document.querySelectorAll(".grid-row:not(.grid-head) > .grid-email > bdi")];
      return shown.filter((text) => text.scrollWidth > text.clientWidth).map((text) => text.textContent);
    });
  }

  /** The numbers of the drawn rows that are marked at the edge, as something is wrong beyond it. */
  async markedAtTheEdge() {
    return this.driver.onPage(() => {
      const rows = [...document.querySelectorAll(".grid-row")];
      const isMarked = (row) => !["none", "normal"].includes(getComputedStyle(row, "::after").content);
      return rows.filter(isMarked).map((row) => Number(row.getAttribute("aria-rowindex")));
    });
  }

  /** Waits until a row is marked, as an error is beyond the edge. */
  async seeMarkedAtTheEdge(row) {
    await this.driver.seeAttribute(this.#row(row), "class", "grid-row grid-row-error-beyond");
  }

  /** Whether what is said of the current cell stands below the rows, and covers none. */
  async noteIsBelowRows() {
    return this.driver.onPage(() => {
      const [list, note] = ["[role=grid]", ".cell-note"].map((found) => document.querySelector(found).getBoundingClientRect());
      return note.height > 0 && note.top >= list.bottom - 1;
    });
  }

  /** How many rows are completely in sight. */
  async rowsInSight() {
    return this.driver.onPage(() => {
      const [head, ...rows] = document.querySelectorAll("[role=grid] [role=row]");
      const list = head.closest("[role=grid]").getBoundingClientRect();
      const [top, bottom] = [head.getBoundingClientRect().bottom, Math.min(list.bottom, innerHeight)];
      const edges = rows.map((row) => row.getBoundingClientRect());
      return edges.filter((row) => row.top >= top - 1 && row.bottom <= bottom + 1).length;
    });
  }

  /** Waits until the whole reason of the current cell is seen, and what mends it. */
  async seeReason(code, accept) {
    await this.driver.see({ role: "listitem", having: this.say(`row_problem.${code}`) });
    if (accept) await this.driver.see({ role: "button", name: accept, exact: false });
    await this.driver.inspect("csv: the reason below its cell");
  }

  async inspectFixes() {
    await this.driver.inspect("csv: fixes");
  }

  async search(text) {
    await this.driver.fill(this.say("invite_csv.search"), text);
  }

  async nextProblem() {
    await this.driver.click({ role: "button", name: this.say("invite_csv.next_problem") });
  }

  /** Waits until a cell of the rows has the focus and is visible. */
  async seeKeyboardIn(cell) {
    const found = { role: "gridcell", name: cell, within: this.#grid };
    await this.driver.see(found);
    await this.driver.seeFocus(found);
    await this.driver.seeInSight(found);
  }

  /** Whether the keyboard focus is among the rows. */
  async hasFocus() {
    return this.driver.onPage(() => document.activeElement.closest("[role=grid]") !== null);
  }

  /** The text of the cell that has the focus, once one has it. */
  async focused() {
    return this.driver.onPage(async () => {
      while (document.activeElement.role !== "gridcell") await new Promise(requestAnimationFrame);
      return document.activeElement.innerText.trim();
    });
  }

  async problemRows() {
    return this.driver.download({ role: "button", name: this.say("invite_csv.problem_rows") });
  }

  async correctedFile() {
    return this.driver.download({ role: "button", name: this.say("invite_csv.corrected_file") });
  }

  /** Waits until the button that invites shows this number of people. */
  async seeGoingOnWith(count) {
    await this.driver.see({ role: "button", name: this.say("invite_csv.invite_people", { count }) });
  }

  async next() {
    await this.driver.click({ role: "button", name: this.goOn });
  }

  /** The name of the button that invites, for any number. */
  get goOn() {
    return withAnyCount(this.say, "invite_csv.invite_people");
  }

  /** Waits until only rows of one verdict are shown. */
  async seeOnly(verdict) {
    await this.seeRowsOf(verdict);
    await this.driver.inspect(`csv: review of ${verdict}`);
  }

  /** The same without an inspection, which needs the page's clock. */
  async seeRowsOf(verdict) {
    const others = ["ready", "duplicate"].filter((other) => other !== verdict);
    for (const other of others) await this.driver.gone({ text: this.say(`verdict.${other}`), within: this.#grid });
    // While rows are loading, no row and no verdict is shown.
    await this.driver.see({ text: this.say(`verdict.${verdict}`), within: this.#grid });
  }

  async back() {
    await this.driver.click({ role: "button", name: this.say("common.back") });
  }
}

/** The question before people are invited, over the mapping or the review. */
class InviteDialog {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  get #dialog() {
    return { role: "dialog", name: this.inviteButton };
  }

  /** Waits for the question with what all people get, and opens the form of the options below. */
  async arrive() {
    await this.arriveShortly();
    await this.driver.click({ text: this.say("mail_options.options_and_mail"), whole: true, within: this.#dialog });
    await this.driver.see({ label: this.say("mail_options.expiry") });
    await this.driver.inspect("csv: invite, with the options");
  }

  /** Waits for the question as it is asked first. */
  async arriveShortly() {
    await this.driver.see(this.#dialog);
    await this.driver.see({ text: this.say("field.workspace"), within: this.#dialog });
    await this.driver.inspect("csv: invite");
  }

  /** Waits until it is said how many people get each role from the file. */
  async seeRolesFromFile(admins, users) {
    const roles = [
      this.say("mail_options.admins_from_file", { count: admins }),
      this.say("mail_options.users_from_file", { count: users }),
    ];
    const list = new Intl.ListFormat(this.driver.options.locale).format(roles);
    const text = this.say("mail_options.roles_from_file", { roles: list });
    await this.driver.see({ text, within: this.#dialog });
  }

  /** How many pixels of the dialog are below its buttons while its beginning is in sight, and how many are out of sight. */
  async roomBelowButtons() {
    return this.driver.onPage(() => {
      const dialog = document.querySelector("dialog[open]");
      dialog.scrollTop = 0;
      const { bottom } = dialog.querySelector(".dialog-actions").getBoundingClientRect();
      const edge = dialog.getBoundingClientRect().top + dialog.clientTop + dialog.clientHeight;
      return { below: Math.round(edge - bottom), hidden: dialog.scrollHeight - dialog.clientHeight };
    });
  }

  /** What all people get, in words. */
  async summary() {
    return this.driver.textOf(this.#dialog);
  }

  async cancel() {
    await this.driver.click({ role: "button", name: this.say("common.cancel"), within: this.#dialog });
    await this.driver.gone(this.#dialog);
  }

  async message(text) {
    await this.driver.fill(this.say("mail_options.message"), text);
  }

  /** Waits until the focus is on the summary of what is wrong with the options. */
  async seeFocusOnProblem(message) {
    await this.driver.see({ text: message, within: { role: "alert" } });
    await this.driver.seeFocus({ role: "alert" });
    await this.driver.inspect("csv: options that are wrong");
  }

  async expiry(days) {
    await this.driver.fill(this.say("mail_options.expiry"), String(days));
  }

  /** The previewed mail: in the light and the dark theme its words and the colour of its paper, and its plain text. */
  async preview() {
    await this.driver.click({ role: "button", name: this.say("mail_options.preview") });
    const dialog = { role: "dialog", name: this.say("mail_options.preview_title") };
    await this.driver.see({ role: "region", name: this.say("mail_options.sheet"), within: dialog });
    const shown = {};
    for (const form of ["light", "dark"]) {
      const button = { role: "button", name: this.say(`mail_options.${form}`), within: dialog };
      await this.driver.click(button);
      await this.driver.seeAttribute(button, "aria-pressed", "true");
      await this.driver.inspect(`mail preview: ${form}`);
      shown[form] = await this.driver.onPage(() => {
        const mail = document.querySelector(".mail-sheet").shadowRoot;
        return { text: mail.textContent, paper: getComputedStyle(mail.querySelector(".card")).backgroundColor };
      });
    }
    await this.driver.click({ role: "button", name: this.say("mail_options.plain_text"), within: dialog });
    const region = { role: "region", name: this.say("mail_options.text"), within: dialog };
    await this.driver.see(region);
    await this.driver.inspect("mail preview: plain text");
    shown.text = await this.driver.textOf(region);
    await this.driver.click({ role: "button", name: this.say("common.close"), within: dialog });
    await this.driver.gone(dialog);
    return shown;
  }

  /** Sends a test mail, and waits until the mail server has taken it. */
  async sendTest(address) {
    await this.driver.click({ role: "button", name: this.say("mail_options.test") });
    await this.driver.see({ text: this.say("mail_options.test_taken", { address }) });
  }

  async invite(count) {
    await this.driver.click({
      role: "button",
      name: this.say("invite_csv.invite_people", { count }),
      within: this.#dialog,
    });
  }

  /** Waits until it is said how many rows are not invited, and why: of each reason its key and number. */
  async seeNotInvited(count, reasons) {
    const kinds = Object.entries(reasons).map(([reason, number]) => this.say(`invite_csv.out_${reason}`, { count: number }));
    const list = new Intl.ListFormat(this.driver.options.locale).format(kinds);
    await this.driver.see({ text: this.say("invite_csv.not_invited", { count, kinds: list }), within: this.#dialog });
  }

  /** Waits until it is said how many rows can be kept. */
  async seeKept(count) {
    await this.driver.see({ text: this.say("invite_csv.keep_open_hint", { count }), within: this.#dialog });
  }

  /** Lets go of the rows that are not ready. */
  async keepNothingOpen() {
    await this.driver.click({ role: "checkbox", name: this.say("invite_csv.keep_open"), within: this.#dialog });
  }

  /** Presses the button, for any number. */
  async inviteWhoever() {
    await this.driver.click({ role: "button", name: this.inviteButton, within: this.#dialog });
  }

  get inviteButton() {
    return withAnyCount(this.say, "invite_csv.invite_people");
  }
}

class SendingStep {
  constructor(driver, say) {
    this.driver = driver;
    this.say = say;
  }

  /** The sending in full, or, on another screen, the list of background work, which is open. */
  get #panel() {
    const [before, after] = this.say("sending.name_file", { file: "\n" }).split("\n");
    return { role: "region", name: new RegExp(`^(${this.say("work.title")}|${before}.*${after})$`) };
  }

  /** Waits until the progress bar shows that the server has a number of rows. */
  async seeProgress(done, total) {
    await this.driver.see({ text: this.say("sending.progress", { done, total }), within: this.#panel });
    await this.driver.inspect("csv: sending");
  }

  /** Keeps the rows of what is sent from here on from being stored, until the returned function is called. */
  async holdBack() {
    // Nothing is stored for sending before its lock is held.
    await this.driver.onPage(() => {
      const { locks } = navigator;
      const request = /** @type {Function} */ (locks.request.bind(locks));
      const goOn = new Promise((resolve) => (window.letSendingsBegin = resolve));
      locks.request = async (name, ...rest) => {
        if (name.startsWith("msi-sending ")) await goOn;
        return request(name, ...rest);
      };
    });
    return () => this.driver.onPage(() => window.letSendingsBegin());
  }

  /** Waits until it is shown that rows are stored for sending. */
  async seePreparing() {
    await this.driver.see({ text: this.say("sending.preparing_text"), within: this.#panel });
  }

  async seeWaiting(message) {
    await this.driver.see({ text: message, within: this.#panel });
    await this.driver.see({ text: this.say("sending.waiting"), within: this.#panel });
    await this.driver.inspect("csv: sending waits");
  }

  /** Waits until it is shown that invitations wait for a connection, and nothing was sent. */
  async seeHeld(count) {
    await this.driver.see({ text: this.say("sending.held", { count }), within: this.#panel });
    await this.driver.inspect("csv: sending is held");
  }

  /** Waits for the question whether to send what was held. */
  async seeHeldBack(count) {
    await this.driver.see({ text: this.say("sending.held_back", { count }), within: this.#panel });
    await this.driver.inspect("csv: sending can begin");
  }

  async sendNow() {
    await this.driver.click({ role: "button", name: this.say("sending.send_now"), within: this.#panel });
  }

  async seeStopped(message) {
    await this.driver.see({ text: `${message} ${this.say("sending.refused")}`, within: this.#panel });
    await this.driver.inspect("csv: sending stopped");
  }

  async tryNow() {
    await this.driver.click({ role: "button", name: this.say("sending.try_now"), within: this.#panel });
  }

  async pause() {
    await this.driver.click({ role: "button", name: this.say("sending.pause"), within: this.#panel });
    await this.driver.see({ role: "button", name: this.say("sending.resume"), within: this.#panel });
    await this.driver.inspect("csv: sending paused");
  }

  async resume() {
    await this.driver.click({ role: "button", name: this.say("sending.resume"), within: this.#panel });
  }

  async beginToCancel() {
    await this.driver.click({ role: "button", name: this.say("sending.cancel"), within: this.#panel });
    const dialog = { role: "dialog", name: this.say("sending.cancel_title") };
    await this.driver.see(dialog);
    await this.driver.inspect("cancel sending");
    await this.driver.click({ role: "button", name: this.say("sending.cancel"), within: dialog });
  }

  /** Waits until the server has not let it be cancelled yet. */
  async seeCancelWaits(message) {
    await this.driver.see({ text: this.say("sending.cancelling"), exact: false, within: this.#panel });
    await this.driver.see({ text: message, exact: false, within: this.#panel });
  }

  async cancel() {
    await this.beginToCancel();
    // As a notice where the sending is not shown in full.
    await this.driver.see({ text: this.say("sending.cancelled") });
  }

  /** Waits until it is said how many rows have stayed open, and goes on with them. */
  async goOnWithRest(count) {
    await this.driver.see({ text: this.say("invite_csv.rest", { count }) });
    await this.driver.inspect("csv: rows that stay open");
    await this.driver.click({ role: "button", name: this.say("invite_csv.rest_go_on", { count }) });
  }

  /** Waits until the server has accepted all rows. */
  async seeAccepted(count) {
    await this.driver.see({ text: this.say("sending.accepted", { count }), within: this.#panel });
    await this.driver.inspect("csv: accepted");
  }

  /** Waits until it is said what comes next, and for the links to these steps. */
  async seeNextSteps(...numbers) {
    await this.driver.seeOneOf(
      { text: this.say("next_step.label") },
      { text: this.say("next_step.before_set_up"), exact: false },
    );
    for (const number of numbers) await this.driver.see({ role: "link", name: `${number}. ${this.say(`step.${number}`)}` });
  }

  get toBatch() {
    return { role: "link", name: this.say("invitation.to_batch") };
  }

  async openBatch() {
    await this.driver.click(this.toBatch);
  }

  async another() {
    await this.driver.click({ role: "button", name: this.say("invite_csv.another") });
  }

  get #backToReview() {
    return { role: "button", name: this.say("invite_csv.back_to_review") };
  }

  /** Waits until a sending that came to nothing leads back to the review, and nowhere else. */
  async seeBackToReview() {
    await this.driver.see(this.#backToReview);
    await this.driver.gone({ role: "button", name: this.say("invite_csv.another") });
    // The last step is still to be done.
    const step = {
      role: "listitem",
      having: this.say("invite_csv.step_review_and_invite"),
      within: { role: "list", name: this.say("common.steps") },
    };
    await this.driver.seeAttribute(step, "aria-current", "step");
    await this.driver.inspect("csv: nothing was sent");
  }

  async backToReview() {
    await this.seeBackToReview();
    await this.driver.click(this.#backToReview);
  }
}
