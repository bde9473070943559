// @ts-check
/**
 * What was sent before, by project: this session's first. Kept in the browser, bounded, each once.
 * @import { Lasting } from "../saved.js"
 * @typedef {{ project: string, session: string, text: string }} SentPrompt
 */
import { savedList, saveList } from "../saved.js";

const SENT_KEY = "prompts";
const SENT_MOST = 200;
const SENT_LONGEST = 5_000; // characters of one
const SENT_ALL = 60_000; // characters together

/** @param {Lasting} storage @param {SentPrompt} sent */
export function rememberSent(storage, sent) {
  if (!sent.text.trim() || sent.text.length > SENT_LONGEST) return;
  const others = savedList(storage, SENT_KEY).filter((line) => !isSame(readSent(line), sent));
  saveList(storage, SENT_KEY, boundedPrompts([JSON.stringify([sent.project, sent.session, sent.text]), ...others]));
}

/** The latest first: those of the session, then those of its project. @param {Lasting} storage @param {string} project @param {string} session */
export function sentBefore(storage, project, session) {
  const known = savedList(storage, SENT_KEY)
    .map(readSent)
    .filter((sent) => sent !== null);
  const here = known.filter((sent) => sent.session === session);
  const beside = known.filter((sent) => sent.project === project && sent.session !== session);
  return [...new Set([...here, ...beside].map(({ text }) => text))];
}

/** Nothing of it stays on a device that may not look any more. @param {Lasting} storage */
export function forgetSent(storage) {
  saveList(storage, SENT_KEY, []);
}

/** A walk through what was sent; the draft waits at its beginning. */
export class HistoryWalk {
  #at = -1;

  /** @param {string[]} texts @param {string} draft */
  constructor(texts, draft) {
    this.texts = texts.filter((text) => text !== draft);
    this.draft = draft;
  }

  /** @returns {string | null} null: there is none before */
  older() {
    if (this.#at + 1 >= this.texts.length) return null;
    this.#at += 1;
    return this.texts[this.#at] ?? null;
  }

  /** @returns {string | null} null: this is the draft already */
  newer() {
    if (this.#at < 0) return null;
    this.#at -= 1;
    return this.texts[this.#at] ?? this.draft;
  }

  /** What the field shows while nobody changes it. */
  get shown() {
    return this.texts[this.#at] ?? this.draft;
  }
}

/** @param {string} line @returns {SentPrompt | null} */
function readSent(line) {
  try {
    const value = JSON.parse(line);
    if (!Array.isArray(value) || !value.every((one) => typeof one === "string")) return null;
    const [project = "", session = "", text = ""] = value;
    return text ? { project, session, text } : null;
  } catch {
    return null;
  }
}

/** @param {SentPrompt | null} one @param {SentPrompt} other */
function isSame(one, other) {
  return one?.project === other.project && one.text === other.text && one.session === other.session;
}

/** @param {string[]} lines */
function boundedPrompts(lines) {
  let room = SENT_ALL;
  const fitting = lines.filter((line) => {
    room -= line.length;
    return room >= 0;
  });
  return fitting.slice(0, SENT_MOST);
}
