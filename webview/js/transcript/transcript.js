// @ts-check
/**
 * What one event does to a transcript. Pure.
 *
 * @import * as P from "../protocol.gen"
 * @import { Transcript } from "../types"
 */

/**
 * @param {Transcript} transcript
 * @param {P.Event} event
 * @returns {Transcript}
 */
export function reduceTranscript(transcript, event) {
  if (event.seq <= transcript.seq) return transcript;
  const next = { ...transcript, seq: event.seq };
  switch (event.type) {
    case "pilot.prompt.received":
      return put(next, {
        kind: "prompt",
        id: event.messageId,
        messageId: event.messageId,
        at: event.at,
        text: event.text,
        attachments: event.attachments,
      });
    case "pilot.session.noted":
      return put(next, { kind: "note", id: event.noteId, at: event.at, note: event.note, text: event.text });
    case "pilot.message.delta":
      return addDelta(next, event);
    case "pilot.message.completed":
      return completeText(next, event);
    case "pilot.tool.started":
    case "pilot.tool.updated":
    case "pilot.tool.completed":
      return putTool(next, event);
    case "pilot.error": {
      const id = `error-${event.epoch}-${event.seq}`;
      return put(next, { kind: "error", id, at: event.at, code: event.code, message: event.message, hint: event.hint });
    }
    case "pilot.session.stopped":
      return { ...next, items: next.items.map(settled) };
    default:
      return next;
  }
}

/**
 * @param {Transcript} transcript
 * @param {P.MessageDelta} event
 * @returns {Transcript}
 */
function addDelta(transcript, event) {
  const known = find(transcript, event.partId);
  const text = known && "text" in known ? known.text : "";
  if (known && "streaming" in known && !known.streaming) return transcript; // completed: the whole text is here
  if (event.offset > text.length) return { ...transcript, gap: true };
  const { partId: id, messageId, part: kind } = event;
  const whole = text.slice(0, event.offset) + event.delta;
  return put(transcript, { kind, id, messageId, at: known?.at ?? event.at, text: whole, streaming: true });
}

/**
 * @param {Transcript} transcript
 * @param {P.MessageCompleted} event
 * @returns {Transcript}
 */
function completeText(transcript, event) {
  const { partId: id, messageId, part: kind, text } = event;
  const at = event.startedAt ?? find(transcript, id)?.at ?? event.at;
  if (kind === "text") return put(transcript, { kind, id, messageId, at, text, streaming: false });
  return put(transcript, { kind, id, messageId, at, text, streaming: false, endedAt: event.at });
}

/**
 * @param {Transcript} transcript
 * @param {P.ToolStarted | P.ToolUpdated | P.ToolCompleted} event
 * @returns {Transcript}
 */
function putTool(transcript, event) {
  const { type, seq: _seq, epoch: _epoch, at, sessionId: _session, agent: _agent, callId, ...said } = event;
  const known = find(transcript, callId);
  /** @type {P.ToolItem} */
  const base =
    known?.kind === "tool"
      ? known
      : {
          kind: "tool",
          id: callId,
          at,
          tool: "",
          toolKind: "other",
          title: "",
          status: "running",
          files: [],
          attachments: [],
        };
  const ended = type === "pilot.tool.completed" ? { endedAt: at } : {};
  const item = { ...base, ...definedOnly(said), ...ended };
  // a late "started" or "updated" does not bring a finished call back to life
  const over = base.endedAt !== undefined && type !== "pilot.tool.completed";
  return put(transcript, over ? { ...item, status: base.status } : item);
}

/**
 * Replace the item of that id, or add it where its time belongs.
 * @param {Transcript} transcript
 * @param {P.Item} item
 * @returns {Transcript}
 */
function put(transcript, item) {
  const items = transcript.items.slice();
  const place = items.findLastIndex((other) => other.id === item.id);
  if (place >= 0) {
    items[place] = item;
    return { ...transcript, items };
  }
  const after = items.findLastIndex((other) => other.at <= item.at);
  items.splice(after + 1, 0, item);
  return { ...transcript, items };
}

/**
 * @param {P.Item} item
 * @returns {P.Item}
 */
function settled(item) {
  return "streaming" in item && item.streaming ? { ...item, streaming: false } : item;
}

/** @param {Transcript} transcript @param {string} id */
function find(transcript, id) {
  return transcript.items.findLast((item) => item.id === id);
}

/** @template {object} T @param {T} value @returns {Partial<T>} */
function definedOnly(value) {
  // SAFETY: only keys of T with their own values
  return /** @type {Partial<T>} */ (
    Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined && field !== null))
  );
}
