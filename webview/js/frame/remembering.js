// @ts-check
/**
 * The frame as this browser left it: tabs, last sessions, filters, folded columns. Kept values may be of another version, or garbage.
 *
 * @import { Filter, Ui } from "../types"
 * @import { Lasting } from "../saved.js"
 * @import { Store } from "../store.js"
 * @typedef {Pick<Ui, "folded" | "tabs" | "filter" | "filters" | "lastSessionOf">} Frame
 */
import { LIGHT_NAMES, NO_FILTER } from "./filtering.js";

const FRAME_KEY = "frame"; // where it is kept
const FRAME_ENTRIES = 200; // of each kind, the latest

/** Take up what was kept, and keep what changes. @param {Store} store @param {Lasting} storage */
export function rememberFrame(store, storage) {
  store.setUi(keptFrame(storage));
  let last = frameOf(store.ui);
  store.subscribe(() => {
    const now = frameOf(store.ui);
    if (Object.values(now).every((value, i) => value === Object.values(last)[i])) return;
    last = now;
    keepFrame(storage, now);
  });
}

/** @param {Lasting} storage @returns {Frame} */
export function keptFrame(storage) {
  const kept = recordIn(parsed(storage));
  const folded = recordIn(kept.folded);
  const tabs = recordIn(kept.tabs);
  return {
    folded: { rail: folded.rail === true, side: folded.side === true },
    tabs: { order: textsIn(tabs.order), closed: entriesIn(tabs.closed, isTime) },
    filter: filterIn(kept.filter),
    filters: Object.fromEntries(Object.entries(recordIn(kept.filters)).map(([id, one]) => [id, filterIn(one)])),
    lastSessionOf: entriesIn(kept.lastSessionOf, isText),
  };
}

/** @param {Ui} ui @returns {Frame} */
function frameOf({ folded, tabs, filter, filters, lastSessionOf }) {
  return { folded, tabs, filter, filters, lastSessionOf };
}

/** @param {Lasting} storage @param {Frame} frame */
function keepFrame(storage, frame) {
  const latest = (/** @type {Record<string, unknown>} */ entries) =>
    Object.fromEntries(Object.entries(entries).slice(-FRAME_ENTRIES));
  const { tabs, filters, lastSessionOf } = frame;
  const short = {
    ...frame,
    tabs: { order: tabs.order.slice(-FRAME_ENTRIES), closed: latest(tabs.closed) },
    filters: latest(filters),
    lastSessionOf: latest(lastSessionOf),
  };
  try {
    storage?.setItem(FRAME_KEY, JSON.stringify(short));
  } catch {
    // storage is full or forbidden: the next visit begins afresh
  }
}

/** @param {Lasting} storage @returns {unknown} */
function parsed(storage) {
  try {
    return JSON.parse(storage?.getItem(FRAME_KEY) ?? "null");
  } catch {
    return null;
  }
}

/** @param {unknown} value @returns {Filter} */
function filterIn(value) {
  const { text, lights, agents } = recordIn(value);
  const known = LIGHT_NAMES.map(([light]) => light).filter((light) => textsIn(lights).includes(light));
  if (!isText(text) && !known.length && !textsIn(agents).length) return NO_FILTER;
  return { text: isText(text) ? text : "", lights: known, agents: textsIn(agents) };
}

/** @param {unknown} value @returns {Record<string, unknown>} */
function recordIn(value) {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** @param {unknown} value */
function textsIn(value) {
  return Array.isArray(value) ? value.filter(isText) : [];
}

/** @template T @param {unknown} value @param {(one: unknown) => one is T} fits @returns {Record<string, T>} */
function entriesIn(value, fits) {
  /** @type {Record<string, T>} */ const found = {};
  for (const [key, one] of Object.entries(recordIn(value))) if (fits(one)) found[key] = one;
  return found;
}

/** @param {unknown} value @returns {value is string} */
function isText(value) {
  return typeof value === "string";
}

/** @param {unknown} value @returns {value is number} */
function isTime(value) {
  return typeof value === "number" && Number.isFinite(value);
}
