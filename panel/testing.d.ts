import type { HandedColumn, HostMessage, Panel, PanelErrorCode, PanelEvent, PanelMessage, PanelSettings } from "./sales-insight-panel.js";

/** The doubles of all panels that `createPanel` of this module has made, the latest last. */
export declare const doubles: PanelDouble[];

/** As `createPanel` of `sales-insight-panel`, with a double in place of the panel. */
export declare function createPanel(settings: PanelSettings): Panel;

/** The panel's side of the protocol. Nothing happens by itself but the answers to `rows` and `logout`. */
export declare class PanelDouble {
  readonly panel: Panel | null;
  readonly frame: HTMLIFrameElement;
  /** Where the panel would be loaded from. */
  readonly origin: string;
  /** What the page has said on the port, in its order. */
  readonly said: HostMessage[];
  /** The people that it has handed over, by column. */
  readonly handedOver: Partial<Record<HandedColumn, string>>[];
  /** Why rows are refused, if they are. */
  refusesRows: string | null;
  /** Greets, asks for a session, and is ready: `auth.required` without a session. */
  open(): Promise<{ token?: string; expires_at?: string }>;
  greet(greeting?: { v?: number[]; origin?: string }): void;
  askForSession(asked?: { isRefused?: boolean }): Promise<{ token?: string; expires_at?: string }>;
  /** Tells the page of an event. */
  say<T extends PanelMessage["type"]>(type: T, detail?: Omit<Extract<PanelMessage, { type: T }>, "type">): void;
  fail(code: PanelErrorCode, message?: string, request_id?: string): void;
  /** The browser has loaded the frame, whatever is in it. */
  load(): void;
  /** The browser has refused the frame for the page's own policy. */
  refuseFrame(): void;
  hear(isIt: (message: HostMessage) => boolean): Promise<HostMessage>;
  /** Resolves once what was said before has arrived. */
  settled(): Promise<void>;
}

/** A page's side of the protocol, without the script and its care. */
export declare class HostDouble {
  readonly heard: { origin: string; message: { type: string; nonce?: string } }[];
  readonly ports: { port: MessagePort; said: PanelMessage[] }[];
  readonly frame: HTMLIFrameElement;
  /** The number in the panel's greeting, if it has greeted. */
  readonly nonce: string | undefined;
  constructor(address: string, container?: Element);
  answer(message: object, how?: { ports?: number; text?: boolean }): number;
  say(port: number, message: HostMessage | string): void;
}

export type { PanelEvent };
