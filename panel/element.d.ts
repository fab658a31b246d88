import type { Panel, PanelEvent, PanelLook, PanelRows, PanelSettings } from "./sales-insight-panel.js";

/** `<sales-insight-panel>`. Attributes: `src`, `flow`, `path`, `theme`, `density`, `locale`, `title`, `min-height`, `max-height`. */
export declare class SalesInsightPanelElement extends HTMLElement {
  /** Nothing is shown before this is set. */
  getSessionToken: PanelSettings["getSessionToken"] | null;
  look: PanelLook | null;
  readonly frame: HTMLIFrameElement | null;
  rows(table: PanelRows): Promise<void>;
  logout: Panel["logout"];
  addEventListener<T extends PanelEvent["type"]>(
    type: T,
    listener: (event: CustomEvent<Extract<PanelEvent, { type: T }>>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "sales-insight-panel": SalesInsightPanelElement;
  }
}
