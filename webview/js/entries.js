// @ts-check
/**
 * The lines of a transcript: its items, and between them who answered which ask. Pure.
 * @import * as P from "./protocol.gen"
 * @import { Outgoing, State } from "./types"
 * @typedef {P.Item | { kind: "ask", id: string, at: number, ask: P.Ask }} Entry
 */

/**
 * @param {State} state
 * @param {string} sessionId
 * @returns {Entry[]}
 */
export function entriesOf(state, sessionId) {
  const items = state.transcripts[sessionId]?.items ?? [];
  const answered = Object.values(state.asks).filter((ask) => ask.state !== "pending" && concerns(ask, sessionId));
  if (!answered.length) return items;
  const lines = answered.map((ask) => ({
    kind: /** @type {const} */ ("ask"),
    id: `ask-${ask.id}`,
    at: ask.resolution?.at ?? ask.createdAt,
    ask,
  }));
  return lines.reduce((/** @type {Entry[]} */ entries, line) => insert(entries, line, items), [...items]);
}

/** What waits for the turn to end comes after what does not. @param {Outgoing[]} outbox */
export function waitingLast(outbox) {
  const waits = (/** @type {Outgoing} */ out) => out.state === "queued";
  return [...outbox.filter((out) => !waits(out)), ...outbox.filter(waits)];
}

/** @param {P.Ask} ask @param {string} sessionId */
function concerns(ask, sessionId) {
  return ask.sessionId === sessionId || ask.parents.includes(sessionId);
}

/** After the call it is about, else where its time belongs. @param {Entry[]} entries @param {Extract<Entry, { kind: "ask" }>} line @param {P.Item[]} items */
function insert(entries, line, items) {
  const oldest = items[0];
  if (oldest && line.at < oldest.at) return entries;
  const call = line.ask.callId ? entries.findIndex((entry) => entry.id === line.ask.callId) : -1;
  const place = call >= 0 ? call : entries.findLastIndex((entry) => entry.at <= line.at);
  return entries.toSpliced(place + 1, 0, line);
}
