// @ts-check
/**
 * What stands before and after the lines of a transcript, in words. Pure.
 * @import { State, Ui } from "../types"
 */
import { asksByRoot, rootOf } from "../select.js";

/** @param {State} state @param {string} id */
export function beforeLines(state, id) {
  return state.transcripts[id]?.before ? "Loading earlier…" : "";
}

/**
 * @param {State} state
 * @param {Ui} ui
 * @param {string} id
 * @returns {{ text: string, kind: "" | "loading" | "failed" | "empty" | "working" }}
 */
export function afterLines(state, ui, id) {
  const transcript = state.transcripts[id];
  const session = state.sessions[id];
  const none = !transcript?.items.length;
  if (!transcript || (transcript.state === "loading" && none)) return { text: "Loading…", kind: "loading" };
  if (transcript.state === "failed")
    return { text: `The transcript could not be loaded. ${transcript.error ?? ""}`, kind: "failed" };
  const waits = asksByRoot(state).has(rootOf(state, id)); // a person's turn, not the agent's
  const works = session?.state === "busy" && !waits;
  if (none && !ui.outbox[id]?.length) {
    if (session?.state === "busy") return { text: works ? "Working…" : "", kind: "empty" };
    return { text: "Nothing said yet.", kind: "empty" };
  }
  if (session?.state === "retrying") return { text: "Trying again…", kind: "" };
  return works && !tellsItself(transcript.items.at(-1))
    ? { text: "Working…", kind: "working" }
    : { text: "", kind: "" };
}

/** Whether the last line shows by itself that something goes on. @param {import("../protocol.gen").Item | undefined} last */
function tellsItself(last) {
  if (!last) return false;
  if ("streaming" in last && last.streaming) return true;
  return last.kind === "tool" && last.endedAt === undefined;
}

/**
 * The error that can be tried again, and with what: the session's last line of importance is that error.
 * @param {State} state
 * @param {string} id
 */
export function retryable(state, id) {
  const items = state.transcripts[id]?.items ?? [];
  const error = items.findLastIndex((item) => item.kind === "error");
  const prompt = items.findLast((item) => item.kind === "prompt");
  const over = items.findLastIndex((item) => item.kind === "prompt" || (item.kind === "text" && !item.streaming));
  if (error < 0 || error < over || prompt?.kind !== "prompt" || !prompt.text.trim()) return null;
  return { id: items[error]?.id ?? "", text: prompt.text };
}
