//! The protocol of the panel as files for others: its types for TypeScript, and its schema. Generated from
//! [`panel`](crate::panel); a test compares them with what is committed. `UPDATE=1` writes them anew.

use std::env;
use std::fs;
use std::path::Path;

use ts_rs::{Config, TS};

use crate::embed::PanelFlow;
use crate::panel::*;
use crate::{StepState, Timestamp};

/// What a host's developers call, beside the protocol's types.
const CALLS: &str = r#"// The types of sales-insight-panel.js. Generated from the protocol's types in crates/api-types.

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
"#;

fn compare(path: &str, generated: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if env::var_os("UPDATE").is_some() {
        fs::write(&file, generated).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == generated,
        "{path} is not what the types say: run `UPDATE=1 cargo test -p api-types panel_files`"
    );
}

#[test]
fn e18_the_types_for_typescript_are_those_of_the_protocol() {
    let config = Config::default().with_large_int("number");
    let mut text = CALLS.to_owned();
    let mut add = |docs: Option<String>, declaration: String| {
        text.push('\n');
        text.push_str(docs.unwrap_or_default().trim_start());
        text.push_str("export ");
        text.push_str(&declaration);
        text.push('\n');
    };
    macro_rules! add {
        ($($name:ident),+ $(,)?) => { $(add($name::docs(), $name::decl(&config));)+ };
    }
    add!(
        PanelFlow,
        PanelOptions,
        PanelTheme,
        PanelDensity,
        PanelLook,
        PanelColour,
        FocusDirection,
        HandedColumn,
        HandedRows,
        PanelMessage,
        PanelErrorCode,
        InviteCounts,
        SyncCounts,
        PanelProvider,
        StepState,
        HostMessage,
        Handshake,
        Protocol,
        Timestamp,
    );
    compare("panel/sales-insight-panel.d.ts", &text);
}

#[cfg(feature = "openapi")]
#[test]
fn e18_the_schema_is_that_of_the_protocol() {
    use utoipa::{PartialSchema, ToSchema};

    let mut schemas = Vec::new();
    macro_rules! add {
        ($($name:ident),+) => { $(
            schemas.push((stringify!($name).to_owned(), $name::schema()));
            $name::schemas(&mut schemas);
        )+ };
    }
    add!(Handshake, HostMessage, PanelMessage);
    let schemas: std::collections::BTreeMap<String, _> = schemas.into_iter().collect();
    let reference = |name| serde_json::json!({"$ref": format!("#/components/schemas/{name}")});
    let any = ["Handshake", "HostMessage", "PanelMessage"].map(reference);
    let document = serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The messages between a panel and the page that embeds it",
        "description": format!(
            "Version {}. Each message is JSON text of at most {MESSAGE_BYTES} bytes: a Handshake between the windows, then \
             on the port a HostMessage from the page and a PanelMessage from the panel.",
            VERSIONS[0]
        ),
        "oneOf": any,
        "components": {"schemas": schemas},
    });
    compare("docs/panel-protocol.json", &format!("{document:#}\n"));
}
