// @ts-check
/**
 * What people chose for the next prompts of their sessions, kept in the browser.
 * @import { Picked } from "../types"
 * @import { Lasting } from "../saved.js"
 */
import { savedList, saveList } from "../saved.js";

const PICKS_KEY = "picked";
const PICKS_MOST = 50; // sessions

/** @param {Lasting} storage @returns {Record<string, Picked>} by session */
export function savedPicks(storage) {
  return Object.fromEntries(savedList(storage, PICKS_KEY).flatMap((line) => readPick(line) ?? []));
}

/** @param {Lasting} storage @param {string} sessionId @param {Picked} picked */
export function savePick(storage, sessionId, { mode, model }) {
  const others = savedList(storage, PICKS_KEY).filter((line) => readPick(line)?.[0][0] !== sessionId);
  saveList(storage, PICKS_KEY, [JSON.stringify([sessionId, mode ?? "", model ?? ""]), ...others].slice(0, PICKS_MOST));
}

/** @param {string} line @returns {[[id: string, picked: Picked]] | null} */
function readPick(line) {
  try {
    const value = JSON.parse(line);
    if (!Array.isArray(value) || !value.every((one) => typeof one === "string")) return null;
    const [id = "", mode, model] = value;
    return [[id, { ...(mode && { mode }), ...(model && { model }) }]];
  } catch {
    return null;
  }
}
