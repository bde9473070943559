// @ts-check
/**
 * The few things that the worker asks of the hub.
 *
 * @import * as P from "../js/protocol.gen"
 * @import { Told } from "./messages.js"
 */

const ASK_LIMIT = 3_000; // ms: a browser that waits longer shows a notice of its own
const DECIDE_LIMIT = 15_000; // ms

/** @param {string} id @returns {Promise<P.Ask | null>} null where the hub cannot be asked from here */
export async function askOf(id) {
  try {
    const response = await fetch(`/api/asks/${encodeURIComponent(id)}`, init("GET", ASK_LIMIT));
    const ask = await response.json();
    return response.ok && ask.id === id ? ask : null;
  } catch {
    return null;
  }
}

/**
 * Decide on exactly what the notice was about; the same press, sent twice, decides once.
 * @param {Told} notice
 * @param {"allow_once" | "deny"} kind
 * @returns {Promise<string>} why not, for people; empty: done
 */
export async function decide({ askId, digest }, kind) {
  const address = `/api/asks/${encodeURIComponent(askId)}/decision`;
  const key = { "Idempotency-Key": `notice-${kind}-${askId}-${digest.slice(0, 16)}`.slice(0, 200) };
  try {
    const response = await fetch(address, init("POST", DECIDE_LIMIT, { kind, digest }, key));
    return response.ok ? "" : refusal(response.status, await response.json().catch(() => null));
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    return late ? "Pilot did not answer in time: look whether it happened." : "Pilot cannot be reached from here.";
  }
}

/** @returns {Promise<string>} the hub's public key */
export async function pushKey() {
  return (await told("POST", "/api/push/key", {})).publicKey;
}

/** @param {P.PushSubscription} subscription */
export async function subscribed(subscription) {
  await told("PUT", "/api/push", subscription);
}

/** @param {string} method @param {string} address @param {object} body */
async function told(method, address, body) {
  const response = await fetch(address, init(method, DECIDE_LIMIT, body));
  if (!response.ok) throw new Error(`the hub answered ${response.status}`);
  return response.json();
}

/** @param {string} method @param {number} limit @param {object} [body] @param {Record<string, string>} [headers] @returns {RequestInit} */
function init(method, limit, body, headers) {
  const json = { Accept: "application/json", ...(body && { "Content-Type": "application/json" }) };
  const content = body && { body: JSON.stringify(body) };
  return {
    method,
    cache: "no-store",
    signal: AbortSignal.timeout(limit),
    headers: { ...json, ...headers },
    ...content,
  };
}

/** @param {number} status @param {any} answer */
function refusal(status, answer) {
  if (status === 401 || status === 403) return "This device may not answer.";
  const { message, hint } = answer?.error ?? {};
  return [message ?? `Pilot answered ${status}.`, hint].filter(Boolean).join(" ");
}
