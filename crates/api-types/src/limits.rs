//! Limits that are the same for every account. The account's own are in [`crate::AccountLimits`].

/// Most rows in one chunk of a batch.
pub const ROWS_PER_CHUNK: usize = 1_000;
/// Most teams that a row names, or the options of a batch do. A cell of a file holds no more.
pub const TEAMS_PER_ROW: usize = 128;
/// Most memberships of teams that the rows of one chunk make together.
pub const MEMBERSHIPS_PER_CHUNK: usize = 10_000;
/// Most rows in one batch.
pub const ROWS_PER_BATCH: u32 = 1_000_000;
/// Largest request body in bytes.
pub const BODY_BYTES: usize = 1_000_000;
/// Most bytes of JSON that the rows of one chunk make; the rest is room for what is around them.
pub const ROWS_BYTES_PER_CHUNK: usize = BODY_BYTES - 1_000;
/// Shortest password in characters.
pub const PASSWORD_MIN: usize = 12;
/// Longest password in characters.
pub const PASSWORD_MAX: usize = 256;
/// Most passkeys of a user.
pub const PASSKEYS_MAX: usize = 20;
/// Longest name of a passkey in characters.
pub const PASSKEY_NAME_MAX: usize = 100;
/// How many recovery codes a user has at first.
pub const RECOVERY_CODES: usize = 10;
/// Days that people have to add a second factor, once the account asks for one.
pub const FACTOR_GRACE_DAYS: std::ops::RangeInclusive<u8> = 0..=30;
/// Days that they have unless chosen otherwise.
pub const FACTOR_GRACE_DAYS_DEFAULT: u8 = 7;
/// Longest first or last name in characters.
pub const NAME_MAX: usize = 255;
/// Longest personal message in characters.
pub const MESSAGE_MAX: usize = 2_000;
/// Longest file name that is kept with a batch, in characters.
pub const FILE_NAME_MAX: usize = 255;
/// Longest search in characters.
pub const SEARCH_MAX: usize = 320;
/// Days an invitation may be valid.
pub const EXPIRES_IN_DAYS: std::ops::RangeInclusive<u8> = 1..=30;
/// Days an invitation is valid unless chosen otherwise.
pub const EXPIRES_IN_DAYS_DEFAULT: u8 = 7;
/// Days for which the answer to an idempotency key is kept: until then a request may be sent again without acting twice.
pub const IDEMPOTENCY_DAYS: u32 = 7;
/// How often an invitation may be sent again in a day, and how many such mails one recipient gets.
pub const RESENDS_PER_DAY: u32 = 3;
/// How many mails one person may send again in an hour, test mails included.
pub const RESENDS_PER_HOUR: u32 = 100;
/// Most valid API keys of an account.
pub const API_KEYS_MAX: usize = 50;
/// Days after which an API key ends.
pub const API_KEY_DAYS: std::ops::RangeInclusive<u16> = 1..=365;
/// Days after which it ends unless chosen otherwise.
pub const API_KEY_DAYS_DEFAULT: u16 = 90;
/// Longest name of an API key in characters.
pub const API_KEY_NAME_MAX: usize = 100;
/// Most administrators whom an API key names.
pub const API_KEY_USERS_MAX: usize = 100;
/// Most origins of an API key.
pub const API_KEY_ORIGINS_MAX: usize = 20;
/// Seconds that a session of a panel may last.
pub const EMBED_SECONDS: std::ops::RangeInclusive<u32> = 1..=300;
/// Seconds that it lasts unless its host wants otherwise.
pub const EMBED_SECONDS_DEFAULT: u32 = 60;
/// Most endpoints of webhooks.
pub const WEBHOOKS_MAX: usize = 20;
/// Longest description of an endpoint in characters.
pub const WEBHOOK_DESCRIPTION_MAX: usize = 200;
/// Most characters of an answer that are kept.
pub const WEBHOOK_RESPONSE_MAX: usize = 1_000;
/// How many attempts at a message are listed, the latest.
pub const WEBHOOK_ATTEMPTS: usize = 50;
/// How many mappings of columns an account keeps, the latest.
pub const COLUMN_MAPPINGS: u32 = 50;
/// Longest mapping of columns in bytes, which is for some 600 columns.
pub const COLUMN_MAPPING_MAX: usize = 16_000;
/// Largest and default page of a list.
pub const PAGE_MAX: u32 = 200;
pub const PAGE_DEFAULT: u32 = 50;
/// Minutes between two polls for changed people.
pub const POLLING_MINUTES: std::ops::RangeInclusive<u32> = 1..=1_440;
/// Minutes between two polls unless chosen otherwise.
pub const POLLING_MINUTES_DEFAULT: u32 = 5;
/// Longest name of a team in characters.
pub const TEAM_NAME_MAX: usize = 100;
/// Most people added to or removed from a team by one request.
pub const TEAM_MEMBERS_PER_CHANGE: usize = 1_000;
/// Most people in the sales account.
pub const PEOPLE_MAX: u64 = 1_500_000;
/// Most teams of an account, whatever the operator allows; they are listed on one page.
pub const TEAMS_MAX: usize = 10_000;
/// Longest e-mail address in characters.
pub const ADDRESS_MAX: usize = 320;
/// Longest name or address under which a person is shown: first name, space, last name.
pub const SHOWN_NAME_MAX: usize = 2 * NAME_MAX + 1;
/// Longest Client ID and Client Secret, in bytes. Marketo's are much shorter.
pub const CREDENTIAL_MAX: usize = 512;
/// Longest token of a link in characters. Longer ones are invalid.
pub const TOKEN_MAX: usize = 512;
/// Longest cursor of a list in characters.
pub const CURSOR_MAX: usize = 4_096;
/// Longest path of the app, or URL elsewhere, in characters.
pub const URL_MAX: usize = 2_000;
/// Longest text that another service gives, in characters.
pub const FOREIGN_TEXT_MAX: usize = 65_536;
/// Most items of a list that another service gives.
pub const FOREIGN_ITEMS_MAX: usize = 10_000;
