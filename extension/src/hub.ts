/** What the rest of the extension sees of the hub, whichever way it is reached. */
import type { Disposable, Event as Signal } from "vscode";
import type { Calls, Event, SnapshotState } from "./protocol.gen";

/** Something that went wrong, in words for people. */
export interface Problem {
  message: string;
  /** What to do next. */
  hint?: string | undefined;
  /** The hub's stable code, or one of the extension's own: `unreachable`, `no_python`, `install_failed`, `start_failed`. */
  code: string;
}

/** Where the connection stands. */
export type HubState =
  | { kind: "starting"; step: string }
  | { kind: "connected"; version: string; pid: number }
  | { kind: "reconnecting" }
  /** On purpose: nobody starts it again but a person. */
  | { kind: "stopped"; by?: string | undefined }
  | { kind: "failed"; problem: Problem };

/** A place a deep link or another window asks this window to show. */
export type Place = { kind: "session" | "ask" | "project"; id: string } | { kind: "pair" };

/** What a subscriber missed: the events since its cursor, or the whole picture where those are gone. */
export interface Missed {
  cursor: string;
  snapshot?: SnapshotState | undefined;
  events: Event[];
}

/** How Pilot is installed on this machine. */
export interface Installation {
  /** `PILOT_HOME`. */
  home: string;
  /** The words that run the `pilot` command line; absent while nothing is installed. */
  command?: readonly string[] | undefined;
  /** The Python it runs with. */
  python?: string | undefined;
}

/** The one hub of this user, as this window reaches it. */
export interface Hub extends Disposable {
  /** How Pilot is installed; known to the side that starts the hub. */
  installed?(): Promise<Installation>;
  readonly state: HubState;
  readonly onState: Signal<HubState>;
  /** Live events, in order; silent while not connected. A new connection begins with `onConnected`. */
  readonly onEvent: Signal<Event>;
  /** The hub asks this window to show something. */
  readonly onPlace: Signal<Place>;
  /** Run a call of the API. Rejects with {@link HubError}. */
  call<K extends keyof Calls>(name: K, params: Calls[K]["params"]): Promise<Calls[K]["result"]>;
  /** Return what was missed since `cursor`; `onEvent` goes on exactly after it. Rejects with {@link HubError}. */
  subscribe(cursor?: string): Promise<Missed>;
  /** What notices call this window; undefined where the hub knows no notices, and each window decides what it tells. */
  surface(): Promise<string | undefined>;
}

/** A call that did not succeed; `message` and `hint` are written for people. */
export class HubError extends Error implements Problem {
  constructor(
    readonly code: string,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** Return any failure as a problem that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof HubError) return { code: error.code, message: error.message, hint: error.hint };
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}
