// Shapes that live in the page only; what crosses the wire is in protocol.gen.d.ts.
import type {
  AgentStatus,
  Ask,
  Client,
  Confirmation,
  DecisionKind,
  HubInfo,
  Item,
  Notice,
  NotificationsView,
  Event as PilotEvent,
  Project,
  PromptRequest,
  SearchHit,
  SelfApproval,
  Session,
  SessionMark,
  SnapshotState,
  TunnelStatus,
  UsageSummary,
} from "./protocol.gen";
import type { Light } from "./select.js";

/** A transcript as far as it is loaded. Events up to `seq` are in `items`. */
export interface Transcript {
  state: "loading" | "ready" | "failed";
  items: Item[];
  /** Cursor of the page before `items`; absent at the beginning of the session. */
  before?: string | undefined;
  seq: number;
  /** A delta did not fit: the text must be fetched again. */
  gap: boolean;
  /** What `items` was put together from, oldest first. */
  pages?: TranscriptPage[];
  /** Events that arrived while it was being fetched. */
  waiting: PilotEvent[];
  /** Kept by this browser from before: what was said since is not in it, nor a way to what was said earlier. */
  recalled?: boolean;
  error?: string | undefined;
}

/** A page of a transcript; its items are let go of while they are far from what is read. */
export interface TranscriptPage {
  /** Id of its first item. */
  first: string;
  at: number;
  /** What fetches it; absent for the latest. */
  cursor?: string | undefined;
  away: boolean;
  amount: number;
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
  /** What a person at the hub's machine has to agree to; admins see it. */
  confirmations: Confirmation[];
  /** As admins see it. */
  tunnel: TunnelStatus;
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

/** A limit that was passed. */
export interface BudgetAlert {
  period: "session" | "day" | "week";
  spentUsd: number;
  limitUsd: number;
  sessionId?: string | undefined;
  /** When the hub told of it. */
  at?: number | undefined;
}

export interface Outgoing {
  text: string;
  /** queued: the agent has it, and takes it up when the running turn ends. */
  state: "sending" | "queued" | "accepted";
  /** How many pictures go with it. */
  pictures?: number | undefined;
}

/** A picture that goes with the next prompt. */
export interface Picture {
  id: string;
  name: string;
  mime: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  /** Base64, as it is sent. */
  data: string;
}

/** What the next prompt of a session runs with, where a person chose something else than it has. */
export interface Picked {
  mode?: string | undefined;
  model?: string | undefined;
}

/** A prompt that was written while the hub was away. */
export interface WaitingPrompt {
  /** The hub takes each key once. */
  key: string;
  sessionId: string;
  prompt: PromptRequest;
  at: number;
  /** It was on its way when the connection broke: the hub of that epoch may have it. */
  tried?: { epoch: string; at: number } | undefined;
}

export interface AskProblem {
  code?: string;
  message: string;
  hint?: string | undefined;
}

/** An agent tried to do what only a person may. */
export interface Refusal extends SelfApproval {
  at: number;
}

/** The hub's machine has to agree before this browser is let in. */
export interface Entering {
  /** Names the request; never shown. */
  ticket: string;
  expiresAt: number;
  machine: string;
}

/** Which sessions the list shows; empty lists: all. */
export interface Filter {
  text: string;
  lights: Light[];
  agents: string[];
}

/** Places where words stand in transcripts. */
export interface Found {
  query: string;
  state: "loading" | "ready" | "failed";
  hits: SearchHit[];
  more: boolean;
  problem?: AskProblem | undefined;
}

/** What a person made of the projects' tabs. */
export interface Tabs {
  order: string[];
  /** When each was closed, in ms since 1970: news after that bring it back. */
  closed: Record<string, number>;
}

/** Something that was done, and can be taken back. */
export interface Undo {
  id: number;
  message: string;
}

export interface MenuItem {
  label: string;
  hint?: string | undefined;
  /** It can be switched on and off; the menu stays. */
  checked?: boolean | undefined;
  /** What cannot be had back easily. */
  grave?: boolean | undefined;
  disabled?: boolean | undefined;
  /** A line before it. */
  apart?: boolean | undefined;
  run(): void;
}

export interface Menu {
  label: string;
  items(): MenuItem[];
  at: { x: number; y: number };
  /** What opened it gets the focus back. */
  from: HTMLElement | null;
}

/** What this page shows; nothing of it is known to the hub. */
export interface Ui {
  phase: "loading" | "ready" | "unpaired" | "failed";
  failure: AskProblem | null;
  connection: Connection;
  /** Told by the editor around the page; null in a browser, and while all is well. */
  away: Away | null;
  view: "list" | "session" | "asks" | "files";
  projectId: string | null;
  sessionId: string | null;
  /** The message that the address asks for; whoever shows it is done with it. */
  itemId: string | null;
  /** The bar that looks for words in the session is open. */
  finding: boolean;
  /** Sessions side by side, where there is room; else empty. */
  split: string[];
  /** The project and file that are looked at in the files. */
  files: { projectId: string; path: string | null; line: number | null } | null;
  askId: string | null;
  dockFolded: boolean;
  sheet:
    | "shortcuts"
    | "new"
    | "diff"
    | "about"
    | "settings"
    | "palette"
    | "usage"
    | "share"
    | "rename"
    | "labels"
    | "folder"
    | "pair"
    | "devices"
    | "follow"
    | "notifications"
    | null;
  /** The file that the diff opens at. */
  diffPath: string | null;
  /** Counts up whenever something was spent. */
  spentAt: number;
  spending: UsageSummary | null;
  /** What the hub told last. */
  budgetReached: BudgetAlert | null;
  /** Those that were waved away. */
  budgetsSeen: string[];
  lastSessionOf: Record<string, string>;
  /** Columns at the sides that the person folded. */
  folded: { rail: boolean; side: boolean };
  /** Where the list has no column of its own: it lies over the page. */
  drawer: boolean;
  menu: Menu | null;
  tabs: Tabs;
  filter: Filter;
  /** What each project's tab was filtered by. */
  filters: Record<string, Filter>;
  found: Found | null;
  /** The session that is being named or labelled. */
  marking: string | null;
  undo: Undo | null;
  /** It shows this session and no other: one of several columns. */
  column?: boolean;
  deciding: Record<string, string>;
  askProblems: Record<string, AskProblem>;
  answered: string | null;
  outbox: Record<string, Outgoing[]>;
  /** By session. */
  picked: Record<string, Picked>;
  /** By session. */
  pictures: Record<string, Picture[]>;
  /** The page that the palette opens with. */
  palettePage: "models" | "modes" | null;
  /** The setting that the settings sheet opens at. */
  settingsAt: string | null;
  /** What the sheet for a new session begins with. */
  starting: { agent?: string; directory?: string } | null;
  notice: AskProblem | null;
  /** When what is shown was true, in ms since 1970; null while the hub is there. */
  asOf: number | null;
  waitingPrompts: WaitingPrompt[];
  /** Grows whenever a prompt became a draft again. */
  draftsChanged: number;
  /** The hub serves a newer page. */
  newer: boolean;
  /** How the page can be put on the home screen now. */
  installable: "asks" | "by_hand" | null;
  /** Waits for a yes at the hub's machine. */
  entering: Entering | null;
  /** What agents tried, latest last, until somebody waves it away. */
  refusals: Refusal[];
  /** Grows whenever a device was paired, changed or revoked. */
  devicesChanged: number;
  /** The session that a follow link is made for. */
  following: string | null;
  /** This browser was paired before. */
  wasPaired: boolean;
  /** Grows whenever somebody saved settings. */
  settingsChanged: number;
  /** Grows whenever a channel fares otherwise, or what goes where was changed. */
  notificationsChanged: number;
  /** Channels and what goes where, once somebody looked at them. */
  notifications: NotificationsView | null;
  notificationsProblem: AskProblem | null;
  /** How this browser takes notices; null inside an editor, which has its own. */
  notices: NoticesUi | null;
  /** What a person was told, and is not done with. */
  told: Notice | null;
}

/** Whether a way to tell a person something is open; uninstalled: only an app on the home screen may. */
export type Reachable = "unsupported" | "insecure" | "uninstalled" | "blocked" | "off" | "on" | "asks";

/** How this browser tells a person of things. */
export interface NoticesUi {
  /** Also while the page is closed. */
  push: Reachable;
  /** While it is open, but not looked at. */
  desk: Reachable;
  sound: boolean;
  /** The browser did not let it sound: a press anywhere helps. */
  soundBlocked: boolean;
}

export interface Subscription {
  close(): void;
  /** Do not wait for the next attempt. */
  retryNow(): void;
  /** The network is another one: begin anew whatever the connection seems to be. */
  renew(): void;
  /** Begin anew if it was silent for too long. */
  check(): void;
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
