// What the type checker cannot know of the tests and scripts.
import type { AddressInfo } from "node:net";

/** An element as a person or a screen reader names it. */
export interface What {
  role?: any;
  name?: any;
  label?: any;
  text?: any;
  having?: any;
  whole?: boolean;
  within?: What;
  exact?: boolean;
  nth?: number;
}

declare global {
  /** Workers have it. */
  const FileReaderSync: any;

  interface Window {
    /** Functions that run in a page leave values for each other. */
    [name: string]: any;
  }
  interface ParentNode {
    /** Tests know what their selectors find. */
    querySelector(selectors: string): any;
    querySelectorAll(selectors: string): NodeListOf<any>;
  }
  interface Element {
    closest(selectors: string): any;
  }
  interface Document {
    activeElement: any;
  }
  /** Not in the types of browsers, as only some have them. */
  interface FileSystemHandle {
    queryPermission(options?: { mode: string }): Promise<string>;
    requestPermission(options?: { mode: string }): Promise<string>;
  }
  interface PerformanceObserverInit {
    durationThreshold?: number;
  }
  interface PromiseConstructor {
    withResolvers(): { promise: Promise<any>; resolve: (value?: any) => void; reject: (reason?: any) => void };
    new (executor: (resolve: (value?: any) => void, reject: (reason?: any) => void) => void): Promise<any>;
  }
}

declare module "node:net" {
  interface Server {
    /** All servers here listen on a port. */
    address(): AddressInfo;
  }
}
