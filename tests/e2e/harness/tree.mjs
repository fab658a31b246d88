// Reads a page as a screen reader does, from Chromium's accessibility tree, and finds what would not be understood by ear.
import { catalogue } from "./words.mjs";

/** What is operated: each must say what it does. */
const OPERATED = new Set([
  "button",
  "checkbox",
  "combobox",
  "link",
  "listbox",
  "menuitem",
  "menuitemcheckbox",
  "menuitemradio",
  "option",
  "radio",
  "searchbox",
  "slider",
  "spinbutton",
  "switch",
  "tab",
  "textbox",
  "treeitem",
]);
/** What says nothing without a name. */
const NAMED = new Set([
  ...OPERATED,
  "alertdialog",
  "columnheader",
  "dialog",
  "grid",
  "heading",
  "image",
  "img",
  "menu",
  "meter",
  "navigation",
  "progressbar",
  "region",
  "rowheader",
  "search",
  "table",
  "tablist",
  "tabpanel",
]);
/** Where a person hears what a control belongs to: within one, two of the same name cannot be told apart. */
const PLACES = new Set([
  "Date",
  "MenuListPopup",
  "combobox",
  "dialog",
  "form",
  "grid",
  "group",
  "list",
  "listbox",
  "listitem",
  "main",
  "menu",
  "navigation",
  "radiogroup",
  "region",
  "row",
  "rowgroup",
  "search",
  "table",
  "tablist",
  "toolbar",
]);
const DIALOGS = new Set(["alertdialog", "dialog"]);
/** What stays of a page around an open dialog, without anything to read. */
const FRAMES = new Set(["RootWebArea", "WebArea", "none", "generic"]);
/** What no text for people has in it. */
const MACHINE = /\b(undefined|null|NaN|\[object \w+\])\b|\{\w+\}|\bSome\(|\bNone\b\)/;
const KEYS = new Set(Object.keys(catalogue("en")));

/**
 * What is read, in order, from the answer of `Accessibility.getFullAXTree`: role, name, description and states, with the place
 * that each belongs to.
 */
export function readTree(nodes) {
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const read = [];
  const visit = (id, above) => {
    const node = byId.get(id);
    if (!node) return;
    let here = above;
    if (!node.ignored) {
      const states = Object.fromEntries((node.properties ?? []).map(({ name, value }) => [name, value]));
      const one = {
        role: node.role?.value ?? "",
        name: (node.name?.value ?? "").trim(),
        description: (node.description?.value ?? "").trim(),
        states,
        above,
      };
      if (one.role !== "InlineTextBox") read.push(one);
      here = one;
    }
    for (const child of node.childIds ?? []) visit(child, here);
  };
  const root = nodes.find(({ parentId }) => parentId === undefined);
  if (root) visit(root.nodeId, null);
  return read;
}

/** As lines, as they are read one after another. */
export function linesOf(read) {
  return read
    .filter(({ role }) => !FRAMES.has(role) && role !== "StaticText")
    .map(({ role, name, description }) =>
      [role, JSON.stringify(name), description && `(${description})`].filter(Boolean).join(" "),
    );
}

/** The nearest node around another one that fits. */
function around(one, fits) {
  for (let at = one.above; at; at = at.above) if (fits(at)) return at;
  return null;
}

const state = ({ states }, name) => states[name]?.value;
const said = ({ role, name }) => `${role} ${JSON.stringify(name.slice(0, 80))}`;
const where = (one) => {
  const place = around(one, ({ role, name }) => PLACES.has(role) && name !== "");
  return place ? ` in ${said(place)}` : "";
};

function namesMissing(read) {
  return read
    .filter(({ role, name }) => NAMED.has(role) && name === "")
    .map((one) => `nothing is read of a ${one.role}${where(one)}`);
}

/** Two links of one name are no fault where they lead to the same place. */
function alike(read) {
  const places = new Map();
  const faults = [];
  for (const one of read) {
    if (!OPERATED.has(one.role) || one.name === "") continue;
    const place = around(one, ({ role }) => PLACES.has(role));
    const known = places.get(place) ?? new Map();
    places.set(place, known);
    const own = said(one);
    const target = state(one, "url");
    if (known.has(own) && (target === undefined || known.get(own) !== target)) faults.push(`${own} stands twice${where(one)}`);
    known.set(own, target);
  }
  return faults;
}

/** Within the content, and within each dialog, levels go down one by one. */
function headingJumps(read) {
  const last = new Map();
  const faults = [];
  for (const one of read) {
    if (one.role !== "heading") continue;
    const part = around(one, ({ role }) => role === "main" || DIALOGS.has(role));
    if (!part) continue;
    const level = state(one, "level");
    const before = last.get(part) ?? (part.role === "main" ? 0 : 1);
    if (level > before + 1) faults.push(`${said(one)} of level ${level} comes after one of level ${before}`);
    last.set(part, level);
  }
  return faults;
}

/** A field that is wrong says why. */
function errorsUnsaid(read) {
  const isWrong = (one) => ![undefined, "false", false].includes(state(one, "invalid"));
  return read
    .filter((one) => OPERATED.has(one.role) && isWrong(one) && one.description === "")
    .filter(({ states }) => !states.errormessage)
    .map((one) => `${said(one)} is wrong, and does not say why${where(one)}`);
}

function headsMissing(read) {
  const heads = new Set();
  for (const one of read) {
    if (one.role === "columnheader" || one.role === "rowheader") {
      for (let at = one.above; at; at = at.above) heads.add(at);
    }
  }
  return read
    .filter((one) => ["table", "grid"].includes(one.role) && !heads.has(one))
    .map((one) => `${said(one)} has no headers`);
}

/** Nothing else can be read while a dialog waits for its answer. */
function besideDialog(read) {
  const dialog = read.findLast((one) => DIALOGS.has(one.role) && state(one, "modal") === true);
  if (!dialog) return [];
  const around = new Set();
  for (let at = dialog.above; at; at = at.above) around.add(at);
  const isWithin = (one) => {
    for (let at = one; at; at = at.above) if (at === dialog) return true;
    return false;
  };
  return read
    .filter((one) => !around.has(one) && !isWithin(one) && !FRAMES.has(one.role) && one.name !== "")
    .slice(0, 3)
    .map((one) => `${said(one)} is read beside ${said(dialog)}`);
}

function machineTexts(read) {
  return read
    .filter(({ role, name, above }) => role !== "StaticText" || name !== above?.name)
    .filter(({ name, description }) => [name, description].some((text) => MACHINE.test(text) || KEYS.has(text)))
    .map((one) => `a text is not for people: ${[said(one), one.description].filter(Boolean).join(" ")}${where(one)}`);
}

/** What is wrong with what is read, each as a text. */
export function faultsOf(read) {
  const checks = [namesMissing, alike, headingJumps, errorsUnsaid, headsMissing, besideDialog, machineTexts];
  return [...new Set(checks.flatMap((check) => check(read)))];
}
