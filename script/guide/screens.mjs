// Which texts a screen shows, read from its sources: a page of the guide names the labels of its own screen.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The features behind each page: first its own, then those that lead to it. The other pages describe every screen. */
const FEATURES = {
  "actions-config": ["actions_config"],
  diagnostics: ["diagnostics"],
  "field-sync": ["actions_config", "marketo", "salesforce"],
  general: ["general", "sign_in"],
  invitations: ["batch", "batches", "users", "invite", "people_file"],
  invite: ["invite", "users"],
  "invite-csv": ["people_file", "users"],
  "invite-salesforce": ["invite_salesforce", "people_file", "users"],
  offline: ["people_file", "profile", "sign_in"],
  marketo: ["marketo", "actions_config", "users"],
  profile: ["profile", "users", "marketo", "salesforce"],
  salesforce: ["salesforce", "general"],
  "salesforce-setup": ["salesforce_setup"],
  security: ["security", "actions_config"],
  "setup-guide": ["setup_guide", "users", "invite", "actions_config"],
  "sign-in": ["sign_in", "general", "profile"],
  teams: ["team", "teams", "users"],
  user: ["user", "users", "marketo"],
  users: ["users", "member_changes", "people_file", "invite_salesforce"],
  validate: ["people_file"],
};

/** What every screen stands in. */
const FRAME = [
  "app/shell",
  "app/rail",
  "app/menus",
  "app/version",
  "app/routes",
  "app/open_frame",
  "features/background_work",
  "ui",
  "domain/places",
  "domain/invitations/sending",
];

/** The keys of the texts that each page's screens use, by page; a page that is missing here may name any. */
export function keysOfPages(root) {
  const sources = join(root, "src");
  return new Map(
    Object.entries(FEATURES).map(([page, features]) => {
      const keys = new Set();
      const seen = new Set();
      for (const module of [...features.map((feature) => `features/${feature}`), ...FRAME]) collect(sources, module, keys, seen);
      return [page, keys];
    }),
  );
}

/** Adds the keys of a module and of the shared modules that it uses. */
function collect(sources, module, keys, seen) {
  if (seen.has(module)) return;
  seen.add(module);
  for (const file of filesOf(sources, module)) {
    const text = readFileSync(file, "utf8");
    for (const [, key] of text.matchAll(/\b(?:t|term|marked)!\(\s*"([\w.]+)"/g)) keys.add(key);
    for (const [, group] of text.matchAll(/\bcoded\(\s*"(\w+)"/g)) keys.add(`${group}.`);
    for (const used of modulesOf(text)) collect(sources, used, keys, seen);
  }
}

/** The shared modules that a source names, a subject of the domain each; other features are none of its business. */
function modulesOf(text) {
  const named = (names) =>
    names
      .replaceAll(/\{[^{}]*\}/g, "")
      .match(/(?<=^|,)\s*\w+/g)
      ?.map((name) => name.trim()) ?? [];
  const domain = [
    ...[...text.matchAll(/\bcrate::domain::(\w+)/g)].map(([, name]) => name),
    ...[...text.matchAll(/\bcrate::domain::\{([^;]*)\};/g)].flatMap(([, names]) => named(names)),
  ].map((name) => `domain/${name}`);
  const others = [...text.matchAll(/\bcrate::(data|api|ui)\b/g)].map(([, name]) => name);
  return [...new Set([...domain, ...others])];
}

function filesOf(sources, module) {
  const file = join(sources, `${module}.rs`);
  if (existsSync(file)) return [file];
  const folder = join(sources, module);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { encoding: "utf8", recursive: true })
    .filter((name) => name.endsWith(".rs"))
    .map((name) => join(folder, name));
}
