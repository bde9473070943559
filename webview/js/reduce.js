// @ts-check
/**
 * What the events add up to. Pure: (state, event) → state, the same for live streams and replays.
 * Objects that did not change keep their identity, so a view can tell by `===` whether it must redraw.
 *
 * @import * as P from "./protocol.gen"
 * @import { State, Transcript, FirstPicture } from "./types"
 */
import { pageOf, pagesBefore, withoutPage, withPage } from "./transcript/pages.js";
import { reduceTranscript } from "./transcript/transcript.js";

const LAST_LINE = 200; // characters, as the hub cuts it
const ANSWERED_KEPT = 1_000; // asks that wait no more, kept to say who answered
const REFETCH_KEEPS = 1_200; // of a transcript whose latest page is fetched anew

/** @returns {State} */
export function emptyState() {
  return {
    epoch: "",
    seq: 0,
    hub: null,
    viewer: null,
    projects: {},
    sessions: {},
    marks: {},
    asks: {},
    agents: {},
    clients: [],
    confirmations: [],
    tunnel: { state: "off", provider: "", attempts: 0 },
    transcripts: {},
  };
}

/**
 * Take in one event. Events seen before change nothing, whether in the overview or in a transcript.
 * @param {State} state
 * @param {P.Event} event
 * @returns {State}
 */
export function reduce(state, event) {
  if (event.type === "pilot.snapshot") return fromSnapshot(state, event.snapshot);
  const told = reduceTranscripts(state, event);
  if (event.epoch === state.epoch && event.seq <= state.seq) return told;
  return { ...reduceOverview(told, event), epoch: event.epoch, seq: event.seq };
}

/**
 * Start over from the hub's own picture; transcripts of the same epoch stay as they are.
 * @param {State} state
 * @param {FirstPicture} snapshot
 * @returns {State}
 */
export function fromSnapshot(state, snapshot) {
  const cut = snapshot.cursor.lastIndexOf("-");
  const epoch = snapshot.cursor.slice(0, cut);
  const answered = Object.values(state.asks).filter((ask) => ask.state !== "pending");
  return {
    epoch,
    seq: Number(snapshot.cursor.slice(cut + 1)),
    hub: snapshot.hub,
    viewer: snapshot.viewer ?? state.viewer,
    projects: byKey([...snapshot.sessions.map(projectOf), ...snapshot.projects], (project) => project.id),
    sessions: byKey(snapshot.sessions, (session) => session.id),
    marks: byKey(snapshot.marks ?? [], (mark) => mark.sessionId),
    asks: byKey([...answered, ...snapshot.asks], (ask) => ask.id),
    agents: byKey(snapshot.agents, (status) => status.agent),
    clients: snapshot.clients,
    confirmations: snapshot.confirmations ?? [],
    tunnel: snapshot.tunnel ?? emptyState().tunnel,
    transcripts: epoch === state.epoch ? state.transcripts : {},
  };
}

/**
 * The page asked for a transcript: collect what arrives meanwhile.
 * @param {State} state
 * @param {string} sessionId
 * @returns {State}
 */
export function transcriptAsked(state, sessionId) {
  const known = state.transcripts[sessionId];
  const items = known?.items ?? [];
  return withTranscript(state, sessionId, {
    ...known,
    state: "loading",
    items,
    seq: known?.seq ?? 0,
    gap: false,
    waiting: [],
  });
}

/**
 * The newest page of a transcript came.
 * @param {State} state
 * @param {string} sessionId
 * @param {P.ItemPage} page
 * @returns {State}
 */
export function transcriptLoaded(state, sessionId, page) {
  const known = state.transcripts[sessionId];
  const first = page.items[0];
  const join = first && known && !known.recalled ? known.items.findIndex((item) => item.id === first.id) : -1;
  const older = known && join > 0 && join < REFETCH_KEEPS ? known.items.slice(0, join) : [];
  /** @type {Transcript} */
  const fresh = {
    state: "ready",
    items: [...older, ...page.items],
    before: older.length && known ? known.before : page.before,
    pages: [...(older.length && known ? pagesBefore(known, join, page.before) : []), ...pageOf(page.items)],
    seq: page.seq,
    gap: false,
    waiting: [],
  };
  return withTranscript(state, sessionId, (known?.waiting ?? []).reduce(reduceTranscript, fresh));
}

/**
 * What was read of a session when the hub was there last.
 * @param {State} state
 * @param {string} sessionId
 * @param {P.Item[]} items
 * @returns {State}
 */
export function transcriptRecalled(state, sessionId, items) {
  /** @type {Transcript} */
  const known = { state: "ready", recalled: true, items, pages: pageOf(items), seq: 0, gap: false, waiting: [] };
  return withTranscript(state, sessionId, known);
}

/**
 * @param {State} state
 * @param {string} sessionId
 * @param {string} error
 * @returns {State}
 */
export function transcriptFailed(state, sessionId, error) {
  const known = state.transcripts[sessionId];
  if (!known) return state;
  return withTranscript(state, sessionId, { ...known, state: "failed", waiting: [], error });
}

/**
 * An older page came: it goes in front.
 * @param {State} state
 * @param {string} sessionId
 * @param {P.ItemPage} page
 * @returns {State}
 */
export function olderLoaded(state, sessionId, page) {
  const known = state.transcripts[sessionId];
  if (!known) return state;
  const have = new Set(known.items.map((item) => item.id));
  const fresh = page.items.filter((item) => !have.has(item.id));
  const pages = [...pageOf(fresh, known.before), ...(known.pages ?? [])];
  return withTranscript(state, sessionId, { ...known, items: [...fresh, ...known.items], pages, before: page.before });
}

/**
 * Let go of pages that are far from what is read.
 * @param {State} state
 * @param {string} sessionId
 * @param {string[]} firsts
 * @returns {State}
 */
export function pagesLeft(state, sessionId, firsts) {
  const known = state.transcripts[sessionId];
  if (!known || !firsts.length) return state;
  return withTranscript(state, sessionId, firsts.reduce(withoutPage, known));
}

/**
 * A page that was let go of is here again.
 * @param {State} state
 * @param {string} sessionId
 * @param {string} first
 * @param {P.ItemPage} page
 * @returns {State}
 */
export function pageBack(state, sessionId, first, page) {
  const known = state.transcripts[sessionId];
  return known ? withTranscript(state, sessionId, withPage(known, first, page.items)) : state;
}

/**
 * An answer of the API carried an ask.
 * @param {State} state
 * @param {P.Ask} ask
 * @returns {State}
 */
export function askSeen(state, ask) {
  const known = state.asks[ask.id];
  if (known && known.state !== "pending" && ask.state === "pending") return state;
  return { ...state, asks: trimAsks({ ...state.asks, [ask.id]: ask }) };
}

/**
 * What became of a session's asks before this page came.
 * @param {State} state
 * @param {P.Ask[]} asks
 * @returns {State}
 */
export function asksLoaded(state, asks) {
  return asks.reduce(askSeen, state);
}

/**
 * @param {State} state
 * @param {Exclude<P.Event, P.Snapshot>} event
 * @returns {State}
 */
function reduceOverview(state, event) {
  switch (event.type) {
    case "pilot.session.started":
    case "pilot.session.updated":
      return withSession(state, event.session);
    case "pilot.permission.pending":
    case "pilot.permission.resolved":
    case "pilot.question.pending":
    case "pilot.question.resolved":
    case "pilot.plan.pending":
    case "pilot.plan.resolved":
      return askSeen(state, event.ask);
    case "pilot.session.marked":
      return { ...state, marks: { ...state.marks, [event.sessionId]: event.mark } };
    case "pilot.session.removed":
      return withoutSession(state, event.sessionId);
    case "pilot.project.updated":
      return { ...state, projects: { ...state.projects, [event.project.id]: event.project } };
    case "pilot.agent.status":
      return { ...state, agents: { ...state.agents, [event.agent]: event.status } };
    case "pilot.client.connected":
      return { ...state, clients: [...others(state.clients, event.client), event.client] };
    case "pilot.client.disconnected":
      return { ...state, clients: others(state.clients, event.client) };
    case "pilot.session.stopped":
    case "pilot.prompt.received":
    case "pilot.message.delta":
    case "pilot.message.completed":
    case "pilot.tool.started":
    case "pilot.tool.updated":
    case "pilot.tool.completed":
    case "pilot.todo.updated":
    case "pilot.diff.updated":
    case "pilot.usage.updated":
    case "pilot.error":
      return reduceSession(state, event);
    case "pilot.confirmation.pending":
      return { ...state, confirmations: [...otherThan(state.confirmations, event.confirmation), event.confirmation] };
    case "pilot.confirmation.resolved":
      return { ...state, confirmations: otherThan(state.confirmations, event.confirmation) };
    case "pilot.tunnel.changed":
      return { ...state, tunnel: event.tunnel };
    case "pilot.devices.changed":
    case "pilot.self_approval.refused":
    case "pilot.session.noted":
    case "pilot.budget.reached":
    case "pilot.token.rotated":
    case "pilot.hub.stopping":
    case "pilot.settings.changed":
    case "pilot.notice.raised":
    case "pilot.notice.withdrawn":
    case "pilot.notifications.changed":
    case "pilot.place.requested":
      return state;
    default:
      return unknownEvent(state, event);
  }
}

/**
 * What an event says about its session; `core/sessions.py` does the same.
 * @param {State} state
 * @param {Exclude<P.Event, P.Snapshot>} event
 * @returns {State}
 */
function reduceSession(state, event) {
  const session = event.sessionId ? state.sessions[event.sessionId] : undefined;
  const change = session && sessionChange(event);
  if (!session || !change) return state;
  return withSession(state, { ...session, ...change, updatedAt: Math.max(session.updatedAt, event.at) });
}

/**
 * @param {Exclude<P.Event, P.Snapshot>} event
 * @returns {Partial<P.Session> | null}
 */
function sessionChange(event) {
  switch (event.type) {
    case "pilot.session.stopped":
      return { state: event.reason === "error" ? "error" : "idle" };
    case "pilot.prompt.received":
      return { state: "busy", lastError: undefined, lastLine: event.text.slice(0, LAST_LINE) };
    case "pilot.message.completed":
      return event.part === "text" ? { lastLine: event.text.slice(0, LAST_LINE) } : null;
    case "pilot.tool.started":
      return { state: "busy", lastLine: (event.title || event.tool).slice(0, LAST_LINE) };
    case "pilot.todo.updated":
      return { todos: event.todos };
    case "pilot.diff.updated":
      return { files: event.files };
    case "pilot.usage.updated":
      return { usage: event.usage };
    case "pilot.error":
      return { lastError: event.message };
    default:
      return null;
  }
}

/**
 * @param {State} state
 * @param {Exclude<P.Event, P.Snapshot>} event
 * @returns {State}
 */
function reduceTranscripts(state, event) {
  const sessionId = event.sessionId;
  const known = sessionId ? state.transcripts[sessionId] : undefined;
  if (!sessionId || !known) return state;
  if (known.state === "loading") {
    return withTranscript(state, sessionId, { ...known, waiting: [...known.waiting, event] });
  }
  const next = reduceTranscript(known, event);
  return next === known ? state : withTranscript(state, sessionId, next);
}

/** @param {State} state @param {string} id @param {Transcript} transcript @returns {State} */
function withTranscript(state, id, transcript) {
  return { ...state, transcripts: { ...state.transcripts, [id]: transcript } };
}

/** @param {State} state @param {P.Session} session @returns {State} */
function withSession(state, session) {
  const sessions = { ...state.sessions, [session.id]: session };
  if (state.projects[session.projectId]) return { ...state, sessions };
  const project = projectOf(session);
  return { ...state, sessions, projects: { ...state.projects, [project.id]: project } };
}

/** @param {State} state @param {string} id @returns {State} */
function withoutSession(state, id) {
  const { [id]: _session, ...sessions } = state.sessions;
  const { [id]: _transcript, ...transcripts } = state.transcripts;
  return { ...state, sessions, transcripts };
}

/** A stand-in until the hub names the project itself. @param {P.Session} session @returns {P.Project} */
function projectOf({ projectId: id, directory }) {
  const folders = directory.split(/[\\/]/).filter(Boolean);
  return { id, name: folders.at(-1) ?? directory, directory };
}

/** @param {P.Client[]} clients @param {P.Client} client */
function others(clients, client) {
  return clients.filter((other) => other.id !== client.id);
}

/** @param {P.Confirmation[]} all @param {P.Confirmation} one */
function otherThan(all, one) {
  return all.filter((other) => other.id !== one.id);
}

/** @param {Record<string, P.Ask>} asks @returns {Record<string, P.Ask>} */
function trimAsks(asks) {
  const answered = Object.values(asks).filter((ask) => ask.state !== "pending");
  if (answered.length <= ANSWERED_KEPT) return asks;
  const { [answered[0]?.id ?? ""]: _oldest, ...kept } = asks;
  return kept;
}

/** @template T @param {T[]} values @param {(value: T) => string} keyOf @returns {Record<string, T>} */
function byKey(values, keyOf) {
  return Object.fromEntries(values.map((value) => [keyOf(value), value]));
}

/** A newer hub may send what this page does not know. @param {State} state @param {never} _event */
function unknownEvent(state, _event) {
  return state;
}
