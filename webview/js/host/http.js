// @ts-check
/**
 * @import { Channel } from "./channel.js"
 * @import { Entering, StreamHandlers } from "../types"
 * @import { Doorbell } from "./host"
 */
import { CALLS } from "../calls.gen.js";
import { EventStream } from "../connection/sse.js";
import { CallError } from "./channel.js";

const READ_LIMIT = 30_000; // ms; a machine that slept has connections that never end
const WRITE_LIMIT = 90_000; // ms

/** @param {string} surface how the hub calls this page @returns {Channel} the hub that served it */
export function httpChannel(surface) {
  return { call, subscribe: (cursor, handlers) => subscribe(surface, cursor, handlers) };
}

/** Exchanges a pairing code for a session cookie, where needed after a yes at the hub's machine. @type {Doorbell} */
export const doorbell = {
  pair: async (code, name) => waitingIn(await ask("POST", "/pair", { code, name }, {})),
  waitForYes: async (ticket) => {
    const answer = waitingIn(await ask("POST", "/pair/wait", { ticket }, {}));
    return answer && { ...answer, ticket };
  },
  leave: async (ticket) => void (await ask("POST", "/pair/leave", { ticket }, {})),
};

/** @param {any} answer @returns {Entering | null} */
function waitingIn(answer) {
  if (answer?.state !== "waiting") return null;
  const { ticket = "", expiresAt = 0, machine = "" } = answer;
  return { ticket: String(ticket), expiresAt: Number(expiresAt), machine: String(machine) };
}

/** @type {Channel["call"]} */
async function call(name, params) {
  const { method, path } = CALLS[name];
  const { id = "", idempotencyKey, ...rest } = /** @type {Record<string, any>} */ ({ ...params }); // SAFETY: a plain copy
  /** @type {Record<string, string>} */
  const headers = idempotencyKey ? { "Idempotency-Key": String(idempotencyKey) } : {};
  const address = path.replace("{id}", encodeURIComponent(id));
  if (method === "GET") return ask(method, address + query(rest), undefined, headers);
  return ask(method, address, rest, headers, name === "notifications.attend"); // said when a page is left, too
}

/** @param {string} surface @param {string} cursor @param {StreamHandlers} handlers */
function subscribe(surface, cursor, handlers) {
  const world = {
    /** @param {string} at */
    open: (at) => new EventSource(`/events${query({ cursor: at, surface })}`),
    isPaired,
    /** @param {() => void} callback @param {number} ms */
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    /** @param {number} timer */
    clearTimeout: (timer) => clearTimeout(timer),
    now: Date.now,
    random: Math.random,
  };
  return new EventStream(world, cursor, handlers).start();
}

async function isPaired() {
  const response = await fetch(CALLS["asks.list"].path, { cache: "no-store" }).catch(() => null);
  return response?.status !== 401;
}

/**
 * @param {string} method
 * @param {string} address
 * @param {object | undefined} body
 * @param {Record<string, string>} headers
 * @param {boolean} [keepalive] it outlasts the page
 */
async function ask(method, address, body, headers, keepalive = false) {
  const content = body && { body: JSON.stringify(body) };
  const type = body && { "Content-Type": "application/json" };
  const response = await reach(address, {
    method,
    cache: "no-store",
    keepalive,
    headers: { Accept: "application/json", ...type, ...headers },
    signal: AbortSignal.timeout(method === "GET" ? READ_LIMIT : WRITE_LIMIT),
    ...content,
  });
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  throw refusal(response.status, answer?.error);
}

/** @param {string} address @param {RequestInit} init */
async function reach(address, init) {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") throw tooLate();
    throw new CallError(0, "unreachable", "Pilot cannot be reached.", "Is the hub running? Start it with: pilot up");
  }
}

function tooLate() {
  return new CallError(0, "timeout", "Pilot did not answer in time.", "It may have happened all the same: look first.");
}

/** @param {number} status @param {{ code?: string, message?: string, hint?: string } | undefined} error */
function refusal(status, error) {
  const message = error?.message ?? `The hub answered ${status}.`;
  return new CallError(status, error?.code ?? "unknown", message, error?.hint);
}

/** @param {Record<string, string | number | undefined>} values */
function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  if (!given.length) return "";
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
