// @ts-check
/**
 * What is said about the connection, and when. Pure.
 *
 * @import { Away, Connection } from "../types"
 * @typedef {{ words: string, rest: string, retry: boolean }} Said
 * @typedef {{ connection: Connection, away: Away | null, asOf: number | null, offline: boolean, waiting: number }} Circumstances
 */
import { countdown, plural } from "../format.js";

const SAID_AFTER = 1_500; // ms: a hiccup is not worth a word
const BACK_SHOWN = 2_500; // ms

/**
 * Follows the connection; a short gap is never mentioned, a longer one is, and so is its end.
 */
export class ConnectionWords {
  /** @type {number | null} */ #lostAt = null;
  /** @type {number | null} */ #backAt = null;

  /** @param {Circumstances} now @param {number} at @returns {Said | null} */
  say(now, at) {
    if (now.connection.state === "open") return this.#open(now, at);
    this.#lostAt ??= at;
    this.#backAt = null;
    return at - this.#lostAt < SAID_AFTER ? null : lost(now, at);
  }

  /** @param {Circumstances} now @param {number} at */
  #open({ waiting }, at) {
    if (this.#lostAt !== null && at - this.#lostAt >= SAID_AFTER) this.#backAt = at;
    this.#lostAt = null;
    if (this.#backAt === null || at - this.#backAt >= BACK_SHOWN) return null;
    return { words: waiting ? `Back. Sending ${plural(waiting, "prompt")}…` : "Back.", rest: "", retry: false };
  }
}

/** @param {Circumstances} now @param {number} at @returns {Said} */
function lost({ connection, away, asOf, offline, waiting }, at) {
  if (away) return { words: [away.message, away.hint].filter(Boolean).join(" "), rest: "", retry: false };
  const since = asOf === null ? "" : ` What you see is as of ${clockTime(asOf, at)}.`;
  const queued = waiting ? ` ${plural(waiting, "prompt")} to be sent.` : "";
  if (connection.state === "connecting") return { words: `Reconnecting…${since}${queued}`, rest: "", retry: false };
  const next = connection.retryAt ? `Next try in ${countdown(connection.retryAt - at)}` : "";
  const why = offline ? "This device is offline." : "Pilot cannot be reached.";
  return { words: `${why}${since}${queued}`, rest: offline ? "" : next, retry: true };
}

/** A time of day, with the day where it is another one. @param {number} at @param {number} now */
export function clockTime(at, now) {
  const then = new Date(at);
  const time = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === new Date(now).toDateString()) return time;
  return `${then.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" })}, ${time}`;
}
