// What the dashboard inside VS Code and the extension say to each other; both sides are checked against this.
import type { Event, Notice } from "../protocol.gen";
import type { Away } from "../types";

/** A place that the extension can ask for. */
export type Shown = { name: "session" | "ask" | "project"; id: string } | { name: "settings" };

export interface Refusal {
  code: string;
  message: string;
  hint?: string | undefined;
}

/** From the page. */
export type FromPage =
  /** It has just been loaded: everything before is void. */
  | { type: "ready" }
  | { type: "call"; id: number; name: string; params: object }
  | { type: "subscribe"; stream: number; cursor: string }
  | { type: "unsubscribe" }
  | { type: "run"; command: string }
  | { type: "openFile"; path: string }
  /** Somebody types, clicks or scrolls: VS Code does not see it. */
  | { type: "attended" }
  /** Ask where to, and write it there. */
  | { type: "save"; name: string; mime: string; text: string };

/** To the page. */
export type ToPage =
  | { type: "hub"; connected: boolean; away: Away | null }
  | { type: "folders"; folders: string[] }
  | { type: "show"; place: Shown }
  /** Play this notice's sound. */
  | { type: "chime"; kind: Notice["kind"] }
  | { type: "answer"; id: number; result: unknown }
  /** Without an id: a message that was no call was not understood. */
  | { type: "refusal"; id?: number | undefined; error: Refusal }
  | { type: "subscribed"; stream: number; error?: Refusal | undefined }
  | { type: "events"; stream: number; events: Event[] };
