// Generated from the Python wire models by `make codegen`; do not edit.

/** Raised when an older client could misread a message. */
export type ProtocolVersion = 1;

export type AskKind = "permission" | "question" | "plan";

export type AskState = "pending" | "resolved" | "expired" | "cancelled" | "superseded";

export type DecisionKind = "allow_once" | "allow_always" | "deny" | "answer" | "release";

export type Scope = "view" | "approve" | "operate" | "admin";

export type SessionState = "idle" | "busy" | "retrying" | "error" | "ended";

export type ToolKind = "shell" | "read" | "write" | "edit" | "search" | "fetch" | "task" | "todo" | "question" | "mcp" | "other";

export type ToolStatus = "pending" | "running" | "completed" | "failed" | "denied";

export type ApprovalTopic = "shell" | "edits" | "outside" | "web";

/** The agent has it; what comes of it arrives as events. */
export interface Accepted {
  accepted: boolean;
}

/** Who decided. */
export interface Actor {
  kind: "owner" | "vscode" | "device" | "telegram" | "rule" | "terminal" | "timeout" | "agent" | "hub";
  name: string;
  verified: boolean;
}

/** The process a session runs in. */
export interface AgentProcess {
  pid?: number;
  mode: string;
}

/** How Pilot reaches one agent. */
export interface AgentStatus {
  agent: string;
  state: "not_installed" | "ready" | "connected" | "degraded";
  version?: string;
  connections: number;
  starts: boolean;
  message?: string;
  unknownEvents: Record<string, number>;
}

/** How Pilot reaches an agent changed. */
export interface AgentStatusChanged {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent: string;
  type: "pilot.agent.status";
  status: AgentStatus;
}

/** What an agent is told to ask about, beyond its own defaults. Empty means: as the agent is configured. */
export interface ApprovalMode {
  topics: ApprovalTopic[];
}

/** What to ask about, and where. */
export interface ApprovalParams {
  topics?: ApprovalTopic[];
  id: string;
}

/** Everything a person needs to decide, complete and unshortened. */
export interface Ask {
  id: string;
  kind: AskKind;
  state: AskState;
  digest: string;
  agent: string;
  sessionId: string;
  parents: string[];
  projectId: string;
  directory: string;
  machine: string;
  createdAt: number;
  tool: string;
  title: string;
  summary: string;
  reason?: string;
  command?: string;
  files: FileDiff[];
  input: Record<string, unknown>;
  callId?: string;
  questions: Question[];
  options: AskOption[];
  decisions: DecisionKind[];
  always?: string;
  deadline?: number;
  terminal: "race" | "exclusive";
  resolution?: Resolution;
}

/** One file of an ask, whole: what it was when the agent asked, and what it would become. */
export interface AskFile {
  path: string;
  status: "added" | "modified" | "deleted";
  base?: string;
  proposed?: string;
  problem?: string;
}

/** What an ask would change, file by file. */
export interface AskFiles {
  files: AskFile[];
}

/** Asks, oldest first; those that ended come without their arguments and patches. */
export interface AskList {
  asks: Ask[];
}

/** Which asks: those that wait, or what became of a session's. */
export interface AskListParams {
  state?: "pending" | "ended";
  session?: string;
}

/** One of the agent's own answers, with its native id. */
export interface AskOption {
  id: string;
  label: string;
  kind: DecisionKind;
  description?: string;
}

/** A picture or a file in a transcript; ``attachments.get`` has what is in it, where there is an ``id``. */
export interface Attachment {
  id?: string;
  name: string;
  mime: string;
  size?: number;
}

/** What is in an attachment. */
export interface AttachmentData {
  mime: string;
  data: string;
}

/** How a page is now; it reports each change. */
export interface AttentionReport {
  surface: string;
  state: "active" | "visible" | "hidden";
  notifies?: boolean;
}

/** Limits in US dollars; absent: none. */
export interface Budget {
  sessionUsd?: number;
  dayUsd?: number;
  weekUsd?: number;
}

/** More was spent than the budget allows; told once a period. */
export interface BudgetReached {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.budget.reached";
  period: "session" | "day" | "week";
  spentUsd: number;
  limitUsd: number;
}

/** Parameters that only name a thing. */
export interface ById {
  id: string;
}

/** Asks in its project count as ones that somebody can answer, and nobody is told of them. */
export interface Canary {
  id: string;
}

/** An empty folder, in which an agent asks for something harmless. */
export interface CanaryParams {
  directory: string;
}

/** What is true for one session; the dashboard offers only that. */
export interface Capabilities {
  stream: "tokens" | "lines" | "none";
  approve: "race" | "exclusive" | "deny_only" | "none";
  always: boolean;
  denyMessage: boolean;
  prompt: "now" | "at_turn_end" | "none";
  queue: boolean;
  resume: boolean;
  interrupt: boolean;
  history: boolean;
  usage: boolean;
  images: boolean;
  guarded: boolean;
}

/** How one channel fares. */
export interface ChannelState {
  channel: "desk" | "push" | "telegram";
  state: "off" | "ready" | "failing";
  message: string;
  deliveredAt?: number;
  error?: string;
  errorAt?: number;
  endpoints: EndpointState[];
}

/** A mode or a model that can be picked. */
export interface Choice {
  id: string;
  name: string;
  description?: string;
  provider?: string;
}

/** A surface that is connected now. */
export interface Client {
  id: string;
  kind: "owner" | "vscode" | "device";
  name: string;
  scope: Scope;
  sessionId?: string;
}

/** A surface connected. */
export interface ClientConnected {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.client.connected";
  client: Client;
}

/** A surface went away. */
export interface ClientDisconnected {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.client.disconnected";
  client: Client;
}

/** Something that waits for a person at the hub's machine to agree to it. */
export interface Confirmation {
  id: string;
  kind: "pairing" | "token_rotation";
  name: string;
  scope?: Scope;
  address?: string;
  reach?: "local" | "lan" | "tunnel";
  createdAt: number;
  expiresAt: number;
  state: "pending" | "allowed" | "refused" | "expired";
}

/** Whether it may be. */
export interface ConfirmationAnswer {
  id: string;
  allow: boolean;
}

/** What waits, oldest first. */
export interface ConfirmationList {
  confirmations: Confirmation[];
}

/** Somebody wants something that a person at the hub's machine has to agree to; for admins only. */
export interface ConfirmationPending {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.confirmation.pending";
  confirmation: Confirmation;
}

/** It was agreed to, refused, or nobody answered in time. */
export interface ConfirmationResolved {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.confirmation.resolved";
  confirmation: Confirmation;
}

/** A decision on one ask. */
export interface DecideParams {
  kind: DecisionKind;
  digest?: string;
  optionId?: string;
  scope?: "once" | "session" | "project";
  message?: string;
  answers?: string[][];
  id: string;
  idempotencyKey?: string;
}

/** What becomes of a device; absent fields stay. */
export interface DeviceChange {
  id: string;
  name?: string;
  scope?: Scope;
}

/** Every device that may come in, last seen first. */
export interface DeviceList {
  devices: DeviceView[];
}

/** A paired browser or phone. */
export interface DeviceView {
  id: string;
  name: string;
  scope: Scope;
  createdAt: number;
  lastSeenAt: number;
  address?: string;
  reach?: "local" | "lan" | "tunnel";
  online: boolean;
  push: boolean;
  expiresAt?: number;
  sessionId?: string;
  this: boolean;
}

/** A device was paired, changed or revoked: whoever shows them asks for them anew. For admins only. */
export interface DevicesChanged {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.devices.changed";
}

/** A session's changes, with patches. */
export interface DiffResult {
  files: FileDiff[];
}

/** The set of files changed by the session; patches come from the API. */
export interface DiffUpdated {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.diff.updated";
  files: FileDiff[];
}

/** It is done. */
export interface Done {
  done: boolean;
}

/** One receiver of a channel: a device, a chat, a window. */
export interface EndpointState {
  id: string;
  name: string;
  state: "ready" | "failing" | "paused";
  deliveredAt?: number;
  error?: string;
  errorAt?: number;
}

/** Something went wrong. */
export interface ErrorItem {
  id: string;
  at: number;
  messageId?: string;
  kind: "error";
  code: string;
  message: string;
  hint?: string;
}

/** Something went wrong, in a session or in the hub. */
export interface ErrorRaised {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.error";
  code: string;
  message: string;
  hint?: string;
}

/** Which transcript, and how it is written down. */
export interface ExportParams {
  id: string;
  format?: "markdown" | "json";
}

/** A whole transcript as one text. */
export interface Exported {
  name: string;
  mime: string;
  text: string;
}

/** One changed file; ``patch`` is a unified diff. */
export interface FileDiff {
  path: string;
  patch?: string;
  additions: number;
  deletions: number;
  status: "added" | "modified" | "deleted";
}

/** What is in a file. */
export interface FileText {
  path: string;
  size: number;
  mime: string;
  text?: string;
  data?: string;
  truncated: boolean;
}

/** Which files: ``** /*.py``, or part of a name. */
export interface GlobParams {
  directory: string;
  pattern: string;
  limit?: number;
}

/** Paths below the project, the best match first. */
export interface GlobResult {
  paths: string[];
  truncated: boolean;
}

/** One address of the hub. */
export interface HubAddress {
  url: string;
  reach: "local" | "lan" | "tunnel";
  label: string;
  secure: boolean;
}

/** The hub itself. */
export interface HubInfo {
  version: string;
  protocol: number;
  machine: string;
  startedAt: number;
  files: boolean;
}

/** Somebody stops the hub on purpose: surfaces that could start it again leave it stopped. */
export interface HubStopping {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.hub.stopping";
  by: Actor;
}

/** Part of a transcript, oldest first. */
export interface ItemPage {
  items: Item[];
  before?: string;
  seq: number;
}

/** Where notices of one kind go. */
export interface KindRule {
  desk: boolean;
  push: boolean;
  telegram: boolean;
  sound: boolean;
}

/** Whether to make keys where there are some: devices that subscribed with those have to do so again. */
export interface MakeKeys {
  replace?: boolean;
}

/** What to note about a session; absent fields stay, an empty name gives the agent's title back. */
export interface MarkParams {
  id: string;
  name?: string;
  labels?: string[];
  archived?: boolean;
  todosPinned?: boolean;
}

/** Part of a file's name, as it is typed after an @. */
export interface MentionParams {
  id: string;
  query?: string;
}

/** Files and folders of the session's folder, best match first; names only. */
export interface Mentions {
  paths: string[];
}

/** A part of a message is whole. */
export interface MessageCompleted {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.message.completed";
  messageId: string;
  partId: string;
  part: "text" | "reasoning";
  text: string;
  startedAt?: number;
}

/**
 * Text as it is generated: after it, the part's text is ``text[:offset] + delta``.
 *
 * ``offset`` counts UTF-16 code units, as JavaScript does, so the same delta twice changes nothing
 * and a reader that missed one can tell.
 */
export interface MessageDelta {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.message.delta";
  messageId: string;
  partId: string;
  part: "text" | "reasoning";
  offset: number;
  delta: string;
}

/** Which page of a transcript. */
export interface MessagesParams {
  id: string;
  before?: string;
  limit?: number;
}

/** A picture that goes with a prompt. */
export interface NewAttachment {
  name: string;
  mime: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  data: string;
}

/** A session to start. */
export interface NewSession {
  agent: string;
  directory: string;
  prompt?: PromptRequest;
  approval?: ApprovalMode;
  model?: string;
  policy?: string;
}

/** Something about the conversation itself changed. */
export interface NoteItem {
  id: string;
  at: number;
  messageId?: string;
  kind: "note";
  note: "compaction" | "model" | "mode";
  text: string;
}

/** No parameters, or nothing to say. */
export interface Nothing {
}

/** One thing a person is told, once on each device. */
export interface Notice {
  id: string;
  kind: "ask" | "finished" | "error" | "stuck" | "budget" | "test";
  at: number;
  title: string;
  body: string;
  sessionId?: string;
  agent?: string;
  projectId?: string;
  project: string;
  askId?: string;
  digest?: string;
  quick: DecisionKind[];
  expiresAt?: number;
  urgent: boolean;
}

/**
 * A person is to hear of something; the surface named shows it, all others know of it only.
 *
 * Raised again with another surface, it moved there: whoever showed it before takes it away.
 */
export interface NoticeRaised {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.notice.raised";
  notice: Notice;
  surface?: string;
  sound: boolean;
}

/** It was dealt with: whoever shows it takes it away. */
export interface NoticeWithdrawn {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.notice.withdrawn";
  noticeId: string;
  outcome: string;
}

/** What goes where; kept by the hub, for all devices. */
export interface NotificationRules {
  ask: KindRule;
  finished: KindRule;
  error: KindRule;
  stuck: KindRule;
  budget: KindRule;
  projects: Record<string, "all" | "asks" | "nothing">;
}

/** A channel fares otherwise than before, or rules changed: whoever shows them asks for them anew. */
export interface NotificationsChanged {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.notifications.changed";
}

/** Channels and rules. */
export interface NotificationsView {
  channels: ChannelState[];
  rules: NotificationRules;
  quiet: boolean;
}

/** What a new device may do, and for how long. */
export interface PairParams {
  scope?: Scope;
  sessionId?: string;
  lastsMs?: number;
}

/** A single-use way in, and the same for a phone's camera. */
export interface PairingLink {
  url: string;
  code: string;
  short: string;
  scope: Scope;
  expiresAt: number;
  confirm: boolean;
  qr: QrCode;
  ways: PairingWay[];
  advice?: string;
}

/** The same code at an address that another device can reach. */
export interface PairingWay {
  address: HubAddress;
  url: string;
  qr: QrCode;
}

/** A permission waits for a person. */
export interface PermissionPending {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  ask: Ask;
  type: "pilot.permission.pending";
}

/** A permission waits no more. */
export interface PermissionResolved {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  ask: Ask;
  type: "pilot.permission.resolved";
}

/** What a window can be asked to show. It is only shown, never carried out. */
export interface Place {
  kind: "session" | "ask" | "project" | "pair";
  id?: string;
}

/** Somebody in an agent's terminal wants to see a place: the page named goes there. It is not stored. */
export interface PlaceRequested {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.place.requested";
  surface: string;
  place: Place;
}

/** A plan waits for approval. */
export interface PlanPending {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  ask: Ask;
  type: "pilot.plan.pending";
}

/** A plan waits no more. */
export interface PlanResolved {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  ask: Ask;
  type: "pilot.plan.resolved";
}

/** A folder agents work in. */
export interface Project {
  id: string;
  name: string;
  directory: string;
  approval?: ApprovalMode;
}

/** A folder on the hub's machine. */
export interface ProjectFolder {
  directory: string;
}

/** Anything about a project changed; carries the whole project. */
export interface ProjectUpdated {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.project.updated";
  project: Project;
}

/** What a person (or a parent agent) said. */
export interface PromptItem {
  id: string;
  at: number;
  messageId?: string;
  kind: "prompt";
  text: string;
  attachments: Attachment[];
}

/** A prompt and the session it is for; with a key it is taken once, however often it is sent. */
export interface PromptParams {
  text: string;
  mode?: string;
  model?: string;
  attachments?: NewAttachment[];
  when?: "now" | "turn_end";
  id: string;
  idempotencyKey?: string;
}

/** A prompt entered the session, from whichever surface. */
export interface PromptReceived {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.prompt.received";
  messageId: string;
  text: string;
  attachments: Attachment[];
}

/** A prompt for a session. */
export interface PromptRequest {
  text: string;
  mode?: string;
  model?: string;
  attachments?: NewAttachment[];
  when?: "now" | "turn_end";
}

/** What a browser subscribes with. */
export interface PushKey {
  publicKey: string;
}

/** A subscription's own keys, as browsers give them. */
export interface PushKeys {
  p256dh: string;
  auth: string;
}

/** Where a browser is reached by Web Push. */
export interface PushSubscription {
  endpoint: string;
  keys: PushKeys;
  publicKey: string;
  origin: string;
}

/** A QR code to draw: dark modules as one SVG path, one unit a module, with a light margin. */
export interface QrCode {
  size: number;
  path: string;
}

/** One question of an ask; its answer is a list of labels or free text. */
export interface Question {
  question: string;
  header?: string;
  options: QuestionOption[];
  multiple: boolean;
  custom: boolean;
  format: "text" | "integer" | "number";
}

/** One choice of a question. */
export interface QuestionOption {
  label: string;
  description?: string;
}

/** A question waits for a person. */
export interface QuestionPending {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  ask: Ask;
  type: "pilot.question.pending";
}

/** A question waits no more. */
export interface QuestionResolved {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  ask: Ask;
  type: "pilot.question.resolved";
}

/** How devices get here, best first. */
export interface Reachability {
  addresses: HubAddress[];
  host: string;
  tls: boolean;
  certificate?: string;
  fingerprint?: string;
  warning?: string;
  tunnel: TunnelStatus;
}

/** One file of a project. */
export interface ReadParams {
  directory: string;
  path: string;
}

/** What the agent thought aloud. */
export interface ReasoningItem {
  id: string;
  at: number;
  messageId?: string;
  kind: "reasoning";
  text: string;
  streaming: boolean;
  endedAt?: number;
}

/** How an ask ended. */
export interface Resolution {
  by: Actor;
  at: number;
  choice?: DecisionKind;
  optionId?: string;
  message?: string;
  answers?: string[][];
  reason?: string;
}

/** What ends beside the owner's old token. */
export interface Rotation {
  devices?: boolean;
}

/** What changes; what is absent stays as it is. */
export interface RulesChange {
  ask?: KindRule;
  finished?: KindRule;
  error?: KindRule;
  stuck?: KindRule;
  budget?: KindRule;
  projects?: Record<string, "all" | "asks" | "nothing">;
}

/** One place where the words stand. */
export interface SearchHit {
  sessionId: string;
  title: string;
  itemId?: string;
  kind: "title" | "prompt" | "text" | "reasoning" | "tool" | "error";
  at: number;
  snippet: string;
}

/** What to look for in all transcripts and titles. */
export interface SearchParams {
  query: string;
  limit?: number;
  session?: string;
}

/** Matches, latest first. */
export interface SearchResult {
  hits: SearchHit[];
  more: boolean;
}

/** A call that came from inside an agent and was therefore refused. */
export interface SelfApproval {
  agent: string;
  pid: number;
  program: string;
  call: string;
  askId?: string;
  sessionId?: string;
  certain: boolean;
}

/** An agent tried to do what only a person may. */
export interface SelfApprovalRefused {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.self_approval.refused";
  attempt: SelfApproval;
}

/** An MCP or language server of an agent. */
export interface ServerStatus {
  kind: "mcp" | "lsp";
  name: string;
  state: "connected" | "starting" | "disabled" | "needs_auth" | "failed";
  message?: string;
  tools?: number;
}

/** The MCP and language servers of a session's agent. */
export interface Servers {
  servers: ServerStatus[];
}

/** One conversation with an agent. ``id`` is the agent's own id. */
export interface Session {
  id: string;
  agent: string;
  projectId: string;
  directory: string;
  title: string;
  state: SessionState;
  live: boolean;
  parentId?: string;
  rootId?: string;
  mode?: string;
  model?: string;
  createdAt: number;
  updatedAt: number;
  lastLine: string;
  lastError?: string;
  capabilities: Capabilities;
  approval?: ApprovalMode;
  usage: Usage;
  todos: Todo[];
  files: FileDiff[];
  process?: AgentProcess;
  demo: boolean;
}

/** The new session. */
export interface SessionCreated {
  sessionId: string;
}

/** The known sessions, latest change first. */
export interface SessionList {
  sessions: Session[];
}

/** What people noted about a session; the agent knows nothing of it. */
export interface SessionMark {
  sessionId: string;
  name?: string;
  labels: string[];
  archived: boolean;
  todosPinned: boolean;
}

/** People noted something about a session; carries the whole mark. */
export interface SessionMarked {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent?: string;
  type: "pilot.session.marked";
  mark: SessionMark;
}

/** Something about the conversation itself changed: a line of the transcript. */
export interface SessionNoted {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.session.noted";
  noteId: string;
  note: "compaction" | "model" | "mode";
  text: string;
}

/** What can be picked for a session's next prompt. */
export interface SessionOptions {
  modes: Choice[];
  models: Choice[];
  commands: Choice[];
}

/** A session was deleted from Pilot; a restored one comes back as ``pilot.session.updated``. */
export interface SessionRemoved {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent?: string;
  type: "pilot.session.removed";
}

/** A session became known. */
export interface SessionStarted {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.session.started";
  session: Session;
}

/** The turn is over and the session idle. */
export interface SessionStopped {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.session.stopped";
  reason: "completed" | "aborted" | "error";
}

/** Anything about a session changed; carries the whole session. */
export interface SessionUpdated {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.session.updated";
  session: Session;
}

/** What is wrong with a value; nothing when it fits. */
export interface SettingCheck {
  problem?: string;
}

/** One setting as the UI shows it; secrets are masked. */
export interface SettingInfo {
  name: string;
  env: string;
  title: string;
  group: "network" | "asks" | "budget" | "notifications" | "telegram" | "push" | "tunnel" | "files" | "history" | "advanced";
  kind: "text" | "number" | "boolean" | "choice" | "secret";
  choices: string[];
  unit?: string;
  hint?: string;
  link?: string;
  value: string | number | boolean;
  default: string | number | boolean;
  source: "shell" | "saved" | "env_file" | "default";
  locked: boolean;
  needsRestart: boolean;
  secret: boolean;
  description: string;
}

/** A value to look at before it is saved. */
export interface SettingValue {
  name: string;
  value: string | number | boolean;
}

/** Somebody saved settings: whoever shows them asks for them anew. */
export interface SettingsChanged {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.settings.changed";
}

/** Which part of the settings to try out, as saved. */
export interface SettingsTest {
  group: "network" | "tunnel" | "telegram" | "push";
}

/** How it went, in words for people. */
export interface SettingsTestResult {
  ok: boolean;
  message: string;
  hint?: string;
}

/** Changed values by setting name; null forgets the saved one. */
export interface SettingsUpdate {
  values: Record<string, string | number | boolean | null>;
}

/** All settings, and what was wrong with some. */
export interface SettingsView {
  settings: SettingInfo[];
  problems: string[];
}

/** Where the place is shown. */
export interface Shown {
  shown: "here" | "elsewhere" | "nowhere";
  window?: string;
}

/** The state at ``seq``: sent when a reader cannot be caught up event by event. */
export interface Snapshot {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.snapshot";
  snapshot: SnapshotState;
}

/** The state now, and who is looking at it. */
export interface SnapshotResult {
  cursor: string;
  hub: HubInfo;
  projects: Project[];
  sessions: Session[];
  marks: SessionMark[];
  asks: Ask[];
  agents: AgentStatus[];
  clients: Client[];
  confirmations: Confirmation[];
  tunnel: TunnelStatus;
  viewer: Client;
}

/** Everything a surface needs to draw its first picture; transcripts come from the API. */
export interface SnapshotState {
  cursor: string;
  hub: HubInfo;
  projects: Project[];
  sessions: Session[];
  marks: SessionMark[];
  asks: Ask[];
  agents: AgentStatus[];
  clients: Client[];
  confirmations: Confirmation[];
  tunnel: TunnelStatus;
}

/** Tokens and money of a while. */
export interface Spent {
  inputTokens: number;
  outputTokens: number;
  cacheTokens: number;
  costUsd: number;
}

/** One agent, over the days that were asked for. */
export interface SpentByAgent {
  inputTokens: number;
  outputTokens: number;
  cacheTokens: number;
  costUsd: number;
  agent: string;
}

/** One day, in the hub's own time zone. */
export interface SpentOnDay {
  inputTokens: number;
  outputTokens: number;
  cacheTokens: number;
  costUsd: number;
  day: string;
}

/** What can be picked for a session that is not there yet. */
export interface StartOptions {
  models: Choice[];
  policies: Choice[];
}

/** An agent, and the folder a session would start in. */
export interface StartParams {
  id: string;
  directory: string;
}

/** The hub is on its way down. */
export interface Stopping {
  stopping: boolean;
}

/** How to make a chat the one that is written to: whoever sends the code there is allowed to answer. */
export interface TelegramBinding {
  code: string;
  bot: string;
  link: string;
  command: string;
  expiresAt: number;
}

/** What the agent said. */
export interface TextItem {
  id: string;
  at: number;
  messageId?: string;
  kind: "text";
  text: string;
  streaming: boolean;
}

/** One line of the agent's own plan. */
export interface Todo {
  text: string;
  status: "pending" | "in_progress" | "completed" | "cancelled";
  priority?: string;
}

/** The agent's plan changed. */
export interface TodoUpdated {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.todo.updated";
  todos: Todo[];
}

/** Credentials changed; never carries them. */
export interface TokenRotated {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.token.rotated";
}

/** A tool call ended, one way or another; absent fields are unchanged. */
export interface ToolCompleted {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.tool.completed";
  callId: string;
  messageId?: string;
  tool: string;
  toolKind: ToolKind;
  status: ToolStatus;
  title?: string;
  input?: Record<string, unknown>;
  output?: string;
  error?: string;
  files: FileDiff[];
  attachments: Attachment[];
  childSessionId?: string;
}

/** One tool call; ``id`` is the call id. */
export interface ToolItem {
  id: string;
  at: number;
  messageId?: string;
  kind: "tool";
  tool: string;
  toolKind: ToolKind;
  title: string;
  status: ToolStatus;
  input?: Record<string, unknown>;
  output?: string;
  error?: string;
  files: FileDiff[];
  attachments: Attachment[];
  childSessionId?: string;
  endedAt?: number;
}

/** The agent called a tool. */
export interface ToolStarted {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.tool.started";
  callId: string;
  messageId?: string;
  tool: string;
  toolKind: ToolKind;
  title: string;
  status: ToolStatus;
  input?: Record<string, unknown>;
}

/** A running tool has something new; absent fields are unchanged. */
export interface ToolUpdated {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.tool.updated";
  callId: string;
  title?: string;
  status?: ToolStatus;
  input?: Record<string, unknown>;
  output?: string;
  childSessionId?: string;
}

/** A folder, folders first, by name. */
export interface Tree {
  path: string;
  entries: TreeEntry[];
  truncated: boolean;
}

/** One name in a folder. */
export interface TreeEntry {
  name: string;
  kind: "file" | "folder";
  size?: number;
}

/** A folder of a project. */
export interface TreeParams {
  directory: string;
  path?: string;
}

/** What became of a test notice. */
export interface Trial {
  ok: boolean;
  message: string;
  hint?: string;
}

/** Which channel to try. */
export interface TrialRequest {
  channel: "desk" | "push" | "telegram";
  endpoint?: string;
}

/** The tunnel came up, went down, or is being tried again; for admins only. */
export interface TunnelChanged {
  seq: number;
  epoch: string;
  at: number;
  sessionId?: string;
  agent?: string;
  type: "pilot.tunnel.changed";
  tunnel: TunnelStatus;
}

/** Which tunnel to start. */
export interface TunnelStart {
  provider?: "cloudflared" | "ngrok" | "custom";
  force?: boolean;
}

/** The tunnel as it is now. */
export interface TunnelStatus {
  state: "off" | "starting" | "up" | "retrying" | "failed";
  provider: string;
  url?: string;
  message?: string;
  since?: number;
  attempts: number;
}

/** Tokens and money spent so far; ``context_*`` describe the current window. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  costUsd: number;
  contextTokens?: number;
  contextLimit?: number;
}

/** How far back. */
export interface UsageParams {
  days?: number;
}

/** What was spent today, this week (from Monday), and day by day, latest last; days without any are left out. */
export interface UsageSummary {
  today: Spent;
  week: Spent;
  days: SpentOnDay[];
  agents: SpentByAgent[];
  budget: Budget;
}

/** Tokens and cost so far. */
export interface UsageUpdated {
  seq: number;
  epoch: string;
  at: number;
  sessionId: string;
  agent: string;
  type: "pilot.usage.updated";
  usage: Usage;
}

/** What an editor's window shows now; sent by VS Code after each change. */
export interface WindowParams {
  folders?: string[];
  focused?: boolean;
  active?: boolean;
  notifies?: boolean;
}

export type Event =
  | SessionStarted
  | SessionUpdated
  | SessionStopped
  | PromptReceived
  | MessageDelta
  | MessageCompleted
  | ToolStarted
  | ToolUpdated
  | ToolCompleted
  | SessionNoted
  | SessionMarked
  | SessionRemoved
  | BudgetReached
  | PermissionPending
  | PermissionResolved
  | QuestionPending
  | QuestionResolved
  | PlanPending
  | PlanResolved
  | TodoUpdated
  | DiffUpdated
  | UsageUpdated
  | ErrorRaised
  | ProjectUpdated
  | AgentStatusChanged
  | ClientConnected
  | ClientDisconnected
  | TokenRotated
  | ConfirmationPending
  | ConfirmationResolved
  | DevicesChanged
  | TunnelChanged
  | SelfApprovalRefused
  | HubStopping
  | SettingsChanged
  | NoticeRaised
  | NoticeWithdrawn
  | NotificationsChanged
  | PlaceRequested
  | Snapshot;

export type Item =
  | PromptItem
  | TextItem
  | ReasoningItem
  | ToolItem
  | NoteItem
  | ErrorItem;

/** Every call of the API, by name. */
export interface Calls {
  "snapshot": { params: Nothing; result: SnapshotResult };
  "hub.stop": { params: Nothing; result: Stopping };
  "pairing.create": { params: PairParams; result: PairingLink };
  "confirmations.list": { params: Nothing; result: ConfirmationList };
  "confirmations.answer": { params: ConfirmationAnswer; result: Confirmation };
  "devices.list": { params: Nothing; result: DeviceList };
  "devices.update": { params: DeviceChange; result: DeviceView };
  "devices.revoke": { params: ById; result: Done };
  "devices.leave": { params: Nothing; result: Done };
  "token.rotate": { params: Rotation; result: Done };
  "reach.get": { params: Nothing; result: Reachability };
  "tunnel.start": { params: TunnelStart; result: TunnelStatus };
  "tunnel.stop": { params: Nothing; result: TunnelStatus };
  "settings.get": { params: Nothing; result: SettingsView };
  "settings.update": { params: SettingsUpdate; result: SettingsView };
  "settings.check": { params: SettingValue; result: SettingCheck };
  "settings.test": { params: SettingsTest; result: SettingsTestResult };
  "settings.makeKeys": { params: MakeKeys; result: SettingsView };
  "sessions.list": { params: Nothing; result: SessionList };
  "sessions.create": { params: NewSession; result: SessionCreated };
  "sessions.get": { params: ById; result: Session };
  "sessions.messages": { params: MessagesParams; result: ItemPage };
  "sessions.prompt": { params: PromptParams; result: Accepted };
  "sessions.abort": { params: ById; result: Accepted };
  "sessions.options": { params: ById; result: SessionOptions };
  "sessions.diff": { params: ById; result: DiffResult };
  "sessions.approval": { params: ApprovalParams; result: Accepted };
  "sessions.mentions": { params: MentionParams; result: Mentions };
  "sessions.servers": { params: ById; result: Servers };
  "attachments.get": { params: ById; result: AttachmentData };
  "projects.open": { params: ProjectFolder; result: Project };
  "projects.approval": { params: ApprovalParams; result: Project };
  "sessions.mark": { params: MarkParams; result: SessionMark };
  "sessions.delete": { params: ById; result: Nothing };
  "sessions.restore": { params: ById; result: Session };
  "sessions.search": { params: SearchParams; result: SearchResult };
  "sessions.export": { params: ExportParams; result: Exported };
  "usage.summary": { params: UsageParams; result: UsageSummary };
  "files.tree": { params: TreeParams; result: Tree };
  "files.glob": { params: GlobParams; result: GlobResult };
  "files.read": { params: ReadParams; result: FileText };
  "asks.list": { params: AskListParams; result: AskList };
  "asks.get": { params: ById; result: Ask };
  "asks.files": { params: ById; result: AskFiles };
  "asks.decide": { params: DecideParams; result: Ask };
  "agents.options": { params: StartParams; result: StartOptions };
  "places.show": { params: Place; result: Shown };
  "places.find": { params: Place; result: Shown };
  "notifications.get": { params: Nothing; result: NotificationsView };
  "notifications.update": { params: RulesChange; result: NotificationsView };
  "notifications.test": { params: TrialRequest; result: Trial };
  "notifications.attend": { params: AttentionReport; result: Done };
  "telegram.bind": { params: Nothing; result: TelegramBinding };
  "push.key": { params: Nothing; result: PushKey };
  "push.subscribe": { params: PushSubscription; result: Done };
  "push.unsubscribe": { params: Nothing; result: Done };
  "canaries.begin": { params: CanaryParams; result: Canary };
  "canaries.end": { params: ById; result: Nothing };
}
