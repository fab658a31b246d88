// The texts whose wording is fixed in every language, by their keys: what guides refer to by name.
import { catalogue } from "./words.mjs";

const KEYS = [
  "actions_config.client_id",
  "actions_config.client_secret",
  "actions_config.field_sync",
  "actions_config.integration_information",
  "actions_config.munchkin_id",
  "actions_config.send_invite",
  "actions_config.start_sync",
  "actions_config.sync",
  "checklist.enable_msi_actions",
  "common.add",
  "common.connect",
  "common.create",
  "common.disconnect",
  "common.next",
  "common.ok",
  "common.save",
  "field.email",
  "field.first_name",
  "field.language",
  "field.last_name",
  "field.persona",
  "field.role",
  "field.team",
  "field.teams",
  "field.workspace",
  "general.all_login_methods",
  "general.login_management",
  "general.salesforce_only",
  "marketo.set_up",
  "marketo.user_access",
  "nav.actions_config",
  "nav.admin",
  "nav.admin_settings",
  "nav.diagnostics",
  "nav.general",
  "nav.integrations",
  "nav.marketo",
  "nav.my_account",
  "nav.my_profile",
  "nav.sales_insight",
  "nav.salesforce",
  "nav.security",
  "nav.settings",
  "nav.setup_guide",
  "nav.team_management",
  "nav.user_management",
  "persona.marketo_admin",
  "persona.salesforce_admin",
  "role.admin",
  "role.user",
  "salesforce.connections_and_customizations",
  "salesforce.sync_settings",
  "setup_guide.invite_csv",
  "setup_guide.invite_individual",
  "setup_guide.prerequisites",
  "status.active",
  "status.deactivated",
  "status.expired",
  "status.invited",
  "step.1",
  "step.2",
  "step.3",
  "step.4",
  "step.5",
  "step.6",
  "step.7",
  "teams.add_to_teams",
  "teams.all_members",
  "users.actions",
  "users.invite",
  "users.invite_users",
  "users.invite_users_via_csv",
];

/** The texts that differ from English and are unique in the locale, each with its English. */
export function labelsOf(locale) {
  const [texts, originals] = [catalogue(locale), catalogue("en")];
  const others = new Set(Object.keys(texts).filter((key) => !KEYS.includes(key)));
  const isElse = (text) =>
    [...others].some((key) => texts[key] === text && !KEYS.some((one) => originals[one] === originals[key]));
  const labels = {};
  for (const key of KEYS) {
    const [text, english] = [texts[key], originals[key]];
    if (text === english || isElse(text)) continue;
    labels[text] ??= [];
    labels[text].push(english);
  }
  return labels;
}
