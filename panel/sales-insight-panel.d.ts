// The types of sales-insight-panel.js. Generated from the protocol's types in crates/api-types.

export interface PanelSession {
  /** As the page's own backend got it from the console's API. */
  token: string;
  expires_at: string;
}

export interface PanelSettings extends PanelOptions {
  /** The address of the console, for example https://console.example.com/. */
  src: string;
  /** The element that the frame is added to. */
  container: Element;
  flow: PanelFlow;
  /**
   * Asked for each session. If it resolves to the API's refusal, as the page's own backend got it, an `error` says what to mend.
   * Without a session the panel tells its user that they are not signed in.
   */
  getSessionToken(): PanelSession | PanelRefusal | Promise<PanelSession | PanelRefusal>;
  /** Where the panel opens, as in the event `route.changed`. */
  path?: string;
  /** The name of the frame for screen readers. */
  title?: string;
  /** The least height of the frame in pixels, 640 if left out: what is below stays where it is while the panel loads. */
  minHeight?: number;
  /** The greatest height of the frame in pixels; what does not fit is scrolled to. */
  maxHeight?: number;
  /** One function for all events, or one for each type of event. */
  on?: ((event: PanelEvent) => void) | { [T in PanelEvent["type"]]?: (event: Extract<PanelEvent, { type: T }>) => void };
}

/** A refusal of the console's API, as RFC 9457 has it. */
export interface PanelRefusal {
  code: string;
  field?: string;
  detail?: string;
  /** The id of the request. */
  instance?: string;
}

/** What the page is told: what the panel says, and what the script finds by itself. */
export type PanelEvent = Exclude<PanelMessage, { type: "error" | "token.request" | "rows.taken" }> | PanelFailure;

export interface PanelFailure {
  type: "error";
  code: PanelErrorCode | PanelScriptErrorCode;
  /** For the host's developers, in English. */
  message: string;
  /** The id of the failed request in the backend's log. */
  request_id?: string;
  /** The address of the paragraph that says what to do. */
  help: string;
}

/** Why there is no panel, or no session for it, as the script finds. */
export type PanelScriptErrorCode =
  | "frame_refused"
  | "panel_silent"
  | "session_failed"
  | "key_refused"
  | "user_refused"
  | "origin_refused"
  | "flow_refused"
  | "lifetime_refused";

export interface Panel {
  readonly frame: HTMLIFrameElement;
  update(changes: PanelOptions): void;
  navigate(path: string): void;
  /**
   * Hands over people to be reviewed and invited: nothing is sent before a person agrees. Resolves once their review is shown.
   * Rejects where they are refused, which is also told by an `error`, or where the panel is gone or cannot be shown.
   */
  rows(table: PanelRows): Promise<void>;
  /**
   * For when the user signs out of the page: ends the session, deletes their drafts and invitations that are not sent yet, and
   * loads the panel anew.
   */
  logout(): Promise<void>;
  focus(direction?: FocusDirection): void;
  destroy(): void;
}

/** A table of people, of 100,000 rows at most. */
export interface PanelRows {
  /** What the panel calls the table: by default, the panel's title. */
  name?: string;
  /** What the cells of each row are, in their order. There is a column `email`. */
  schema: HandedColumn[];
  rows: string[][];
}

export declare function createPanel(settings: PanelSettings): Panel;

/**
 * The screens that a panel shows.
 */
export type PanelFlow = "invite-csv" | "users" | "setup-guide";

/**
 * How the panel looks.
 */
export type PanelOptions = { theme?: PanelTheme, density?: PanelDensity, 
/**
 * A BCP 47 language tag.
 */
locale?: string, 
/**
 * The host's own look, in place of an earlier one.
 */
look?: PanelLook, };

export type PanelTheme = "system" | "light" | "dark";

export type PanelDensity = "comfortable" | "compact";

/**
 * What a panel takes over from the page around it. A value with which something could not be read is refused, and the panel's
 * own stays.
 */
export type PanelLook = { 
/**
 * Main buttons, links and marks.
 */
accent?: PanelColour, 
/**
 * What is behind cards and tables.
 */
background?: PanelColour, 
/**
 * Of the corners, in pixels: 0 to 16.
 */
radius?: number, 
/**
 * Names of fonts that the device may have, separated by commas. None is loaded.
 */
font?: string, };

/**
 * A colour as `#rrggbb`, in the light and in the dark theme.
 */
export type PanelColour = { light: string, dark: string, };

/**
 * The way in which Tab moves the focus.
 */
export type FocusDirection = "forward" | "backward";

/**
 * What a column of handed-over rows contains.
 */
export type HandedColumn = "email" | "first_name" | "last_name" | "full_name" | "role" | "teams" | "workspace" | "language";

/**
 * A portion of a table of people. All portions of a table have the same number, name and schema.
 */
export type HandedRows = { call: number, 
/**
 * What the panel calls the table.
 */
name: string, 
/**
 * What the cells of each row are, in their order.
 */
schema: Array<HandedColumn>, rows: Array<Array<string>>, 
/**
 * The table is complete with this portion.
 */
is_last: boolean, };

/**
 * What the panel says on the port.
 */
export type PanelMessage = { "type": "ready", flow: PanelFlow, } | { "type": "resize", height: number, } | { "type": "route.changed", path: string, title: string, } | { "type": "token.request", call: number, 
/**
 * Whether the backend has refused the token before.
 */
is_refused: boolean, } | { "type": "auth.required" } | { "type": "server.lost" } | { "type": "server.back" } | { "type": "error", code: PanelErrorCode, 
/**
 * For the host's developers, in English.
 */
message: string, 
/**
 * The id of the failed request in the backend's log.
 */
request_id?: string, } | { "type": "invite.started" } & InviteCounts | { "type": "invite.progress" } & InviteCounts | { "type": "invite.completed" } & InviteCounts | { "type": "connection.changed", provider: PanelProvider, status: StepState, } | { "type": "sync.progress" } & SyncCounts | { "type": "sync.completed" } & SyncCounts | { "type": "dirty", dirty: boolean, } | { "type": "focus.out", direction: FocusDirection, } | { "type": "pong", call: number, } | { "type": "logged.out" } | { "type": "rows.taken", call: number, rows: number, };

/**
 * Why there is no panel, or what it could not do.
 */
export type PanelErrorCode = "not_embedded" | "no_embedders" | "host_not_listed" | "same_origin" | "handshake_timeout" | "version_unsupported" | "session_mismatch" | "message_malformed" | "message_too_long" | "option_unknown" | "look_refused" | "path_unknown" | "rows_refused" | "request_failed";

/**
 * The invitations of a batch, by number.
 */
export type InviteCounts = { total: number, sent: number, failed: number, skipped: number, 
/**
 * Known once the backend has all of it.
 */
batch_id?: string, };

/**
 * The people of a run of Action Field Sync, by number.
 */
export type SyncCounts = { run_id: string, read: number, 
/**
 * How many there are to read, once that is known.
 */
expected?: number, failed: number, };

export type PanelProvider = "salesforce" | "marketo";

export type StepState = "not_started" | "in_progress" | "done" | "needs_attention";

/**
 * What the host says on the port. The first message is `init`.
 */
export type HostMessage = { "type": "init", options: PanelOptions, 
/**
 * A path as in `route.changed`; by default the flow's own.
 */
path?: string, } | { "type": "options", options: PanelOptions, } | { "type": "token", 
/**
 * The number of the request.
 */
call: number, token?: string, expires_at?: Timestamp, } | { "type": "navigate", path: string, } | { "type": "focus", direction: FocusDirection, } | { "type": "ping", call: number, } | { "type": "logout" } | { "type": "rows" } & HandedRows;

/**
 * What windows say to each other until they have a port.
 */
export type Handshake = { "type": "loading", protocol: Protocol, } | { "type": "hello", protocol: Protocol, v: Array<number>, nonce: string, } | { "type": "accept", protocol: Protocol, v: number, nonce: string, } | { "type": "refuse", protocol: Protocol, nonce: string, code: PanelErrorCode, };

/**
 * The name of the protocol, by which its messages are told from others between the same windows.
 */
export type Protocol = "msi-panel";

/**
 * An instant in UTC as RFC 3339 text, for example `2026-11-20T08:00:00Z`.
 *
 * Text and not a date type, so that the app formats it by the browser's `Intl` without a calendar in its wasm.
 */
export type Timestamp = string;
