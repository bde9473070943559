// Shapes that live in the page only; what crosses the wire is in protocol.gen.d.ts.
import type {
  AgentStatus,
  Ask,
  Client,
  DecisionKind,
  HubInfo,
  Item,
  Event as PilotEvent,
  Project,
  Session,
  SessionMark,
  SnapshotState,
} from "./protocol.gen";

/** A transcript as far as it is loaded. Events up to `seq` are in `items`. */
export interface Transcript {
  state: "loading" | "ready" | "failed";
  items: Item[];
  /** Cursor of the page before `items`; absent at the beginning of the session. */
  before?: string | undefined;
  seq: number;
  /** A delta did not fit: the text must be fetched again. */
  gap: boolean;
  /** Events that arrived while it was being fetched. */
  waiting: PilotEvent[];
  error?: string | undefined;
}

/** What the events so far add up to. */
export interface State {
  epoch: string;
  seq: number;
  hub: HubInfo | null;
  viewer: Client | null;
  projects: Record<string, Project>;
  sessions: Record<string, Session>;
  marks: Record<string, SessionMark>;
  asks: Record<string, Ask>;
  agents: Record<string, AgentStatus>;
  clients: Client[];
  transcripts: Record<string, Transcript>;
}

/** The hub's picture; only the answer of the API says who looks. */
export type FirstPicture = SnapshotState & { viewer?: Client };

export interface Connection {
  state: "connecting" | "open" | "waiting";
  /** When the next attempt starts, in ms since 1970; only while waiting. */
  retryAt?: number | undefined;
}

/** Why the hub is not there, in the words of whoever looks after it, and what can be done. */
export interface Away {
  message: string;
  hint?: string | undefined;
  /** It is on its way: nothing needs to be done. */
  coming: boolean;
  offers: Offer[];
}

export interface Offer {
  command: string;
  label: string;
}

export interface Outgoing {
  text: string;
  /** queued: the agent has it, and takes it up when the running turn ends. */
  state: "sending" | "queued" | "accepted";
}

export interface AskProblem {
  message: string;
  hint?: string | undefined;
}

/** What this page shows; nothing of it is known to the hub. */
export interface Ui {
  phase: "loading" | "ready" | "unpaired" | "failed";
  failure: AskProblem | null;
  connection: Connection;
  /** Told by the editor around the page; null in a browser, and while all is well. */
  away: Away | null;
  view: "list" | "session" | "asks";
  projectId: string | null;
  sessionId: string | null;
  askId: string | null;
  dockFolded: boolean;
  sheet: "shortcuts" | "new" | "diff" | "about" | null;
  lastSessionOf: Record<string, string>;
  deciding: Record<string, string>;
  askProblems: Record<string, AskProblem>;
  answered: string | null;
  outbox: Record<string, Outgoing[]>;
  notice: AskProblem | null;
}

export interface Subscription {
  close(): void;
  retryNow(): void;
}

export interface StreamHandlers {
  onEvent(event: PilotEvent): void;
  onState(connection: Connection): void;
  onUnauthorized(): void;
}

/** A person's decision on an ask. */
export interface Decision {
  kind: DecisionKind;
  optionId?: string;
  message?: string;
  answers?: string[][];
}
