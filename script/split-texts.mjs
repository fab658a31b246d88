// Splits each locale into two files: LOCALE.first.json with the texts that are visible before sign-in, LOCALE.json with
// the rest (src/i18n/texts.rs loads it with the first screen after sign-in).
//
//   node script/split-texts.mjs FOLDER
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The groups of keys that the sources of those screens use: the part of a key before its dot. */
export const FIRST = new Set([
  "app",
  "common",
  "config",
  "connection_failure",
  "failure",
  "field",
  "nav",
  "not_found",
  "panic",
  "problem",
  "salesforce_flow",
  "sign_in",
]);

/**
 * What these groups have that only the frame and the screens in it show, or what comes with them; and what a sign-in in two steps
 * says, which loads all texts first.
 */
const BEHIND_SIGN_IN = {
  common: [
    "add",
    "at_least",
    "back",
    "connect",
    "copy",
    "create",
    "disconnect",
    "keep_going",
    "key_enter",
    "labelled",
    "next",
    "no_matches",
    "save",
    "show",
  ],
  field: ["first_name", "full_name", "last_name", "persona", "role", "status", "team", "teams", "workspace"],
  nav: [
    "actions_config",
    "admin",
    "admin_settings",
    "diagnostics",
    "fold",
    "general",
    "integrations",
    "invitation_batches",
    "mailbox",
    "marketo",
    "menu",
    "my_account",
    "my_profile",
    "people",
    "person",
    "progress",
    "rail",
    "sales_insight",
    "salesforce",
    "salesforce_path",
    "salesforce_setup",
    "security",
    "set_up",
    "settings",
    "setup_guide",
    "sign_out",
    "team_management",
    "unfold",
    "user_management",
  ],
  problem: [
    "already_connected",
    "already_member",
    "api_key_invalid",
    "api_key_revoked",
    "api_keys_exhausted",
    "batch_closed",
    "chunk_conflict",
    "chunk_out_of_order",
    "code_needed",
    "comparison_expired",
    "factor_fixed",
    "factor_needed",
    "idempotency_in_progress",
    "idempotency_key_missing",
    "idempotency_key_reused",
    "link_expired",
    "link_invalid",
    "link_revoked",
    "link_used",
    "mail_limit",
    "method_not_allowed",
    "name_taken",
    "nobody_with_salesforce",
    "not_connected",
    "not_owner",
    "passkey_needed",
    "passkey_refused",
    "password_is_address",
    "password_too_common",
    "password_too_long",
    "password_too_short",
    "payload_too_large",
    "proof_needed",
    "role_beyond_key",
    "rows_missing",
    "seats_exhausted",
    "stale",
    "step_blocked",
    "sync_running",
    "team_fixed",
    "teams_exhausted",
    "too_many_teams",
    "unsupported_media_type",
    "user_protected",
    "version_missing",
    "workspace_fixed",
  ],
  sign_in: ["again_text", "again_title", "by_password", "leave", "link_text", "link_title"],
};

export function isFirst(key) {
  const [group, name] = key.split(".");
  return FIRST.has(group) && !BEHIND_SIGN_IN[group]?.includes(name);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const texts = Object.entries(JSON.parse(readFileSync(join(folder, name), "utf8")));
    const write = (file, chosen) => writeFileSync(join(folder, file), JSON.stringify(Object.fromEntries(chosen)));
    write(
      name.replace(/\.json$/, ".first.json"),
      texts.filter(([key]) => isFirst(key)),
    );
    write(
      name,
      texts.filter(([key]) => !isFirst(key)),
    );
  }
}
