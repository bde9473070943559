// @ts-check
/**
 * The lines of a transcript: its items, what was let go of, and between them who answered which ask. Pure.
 * @import * as P from "../protocol.gen"
 * @import { Outgoing, State, Transcript } from "../types"
 * @typedef {{ kind: "hole", id: string, at: number, first: string, amount: number }} Hole
 * @typedef {P.Item | Hole | { kind: "ask", id: string, at: number, ask: P.Ask }} Entry
 */

/**
 * @param {State} state
 * @param {string} sessionId
 * @returns {Entry[]}
 */
export function entriesOf(state, sessionId) {
  const transcript = state.transcripts[sessionId];
  const entries = transcript ? withHoles(transcript) : [];
  const answered = Object.values(state.asks).filter((ask) => ask.state !== "pending" && concerns(ask, sessionId));
  if (!answered.length) return entries;
  const lines = answered.map((ask) => ({
    kind: /** @type {const} */ ("ask"),
    id: `ask-${ask.id}`,
    at: ask.resolution?.at ?? ask.createdAt,
    ask,
  }));
  return lines.reduce(insert, entries.slice());
}

/** What was sent and has not come back yet. @param {Outgoing[]} outbox */
export function outgoingLines(outbox) {
  return waitingLast(outbox).map((out, index) => ({
    kind: /** @type {const} */ ("outgoing"),
    id: `out-${index}`,
    ...out,
  }));
}

/** What waits for the turn to end comes after what does not. @param {Outgoing[]} outbox */
export function waitingLast(outbox) {
  const waits = (/** @type {Outgoing} */ out) => out.state === "queued";
  return [...outbox.filter((out) => !waits(out)), ...outbox.filter(waits)];
}

/** @param {Transcript} transcript @returns {Entry[]} */
function withHoles({ items, pages = [] }) {
  if (!pages.some((page) => page.away)) return items;
  /** @type {Entry[]} */ const entries = items.slice();
  for (const [index, page] of pages.entries()) {
    if (!page.away) continue;
    const next = pages.slice(index + 1).find((other) => !other.away);
    const place = next ? entries.findIndex((entry) => entry.id === next.first) : -1;
    entries.splice(place < 0 ? entries.length : place, 0, {
      kind: "hole",
      id: `hole-${page.first}`,
      at: page.at,
      first: page.first,
      amount: page.amount,
    });
  }
  return entries;
}

/** @param {P.Ask} ask @param {string} sessionId */
function concerns(ask, sessionId) {
  return ask.sessionId === sessionId || ask.parents.includes(sessionId);
}

/** After the call it is about, else where its time belongs; nowhere, while that is not here. @param {Entry[]} entries @param {Extract<Entry, { kind: "ask" }>} line */
function insert(entries, line) {
  const oldest = entries[0];
  if (oldest && line.at < oldest.at) return entries;
  const call = line.ask.callId ? entries.findIndex((entry) => entry.id === line.ask.callId) : -1;
  const place = call >= 0 ? call : entries.findLastIndex((entry) => entry.at <= line.at);
  if (entries[place]?.kind === "hole") return entries;
  entries.splice(place + 1, 0, line);
  return entries;
}
