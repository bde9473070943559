// @ts-check
/** @import { Channel, CallName } from "./channel.js" */
import { EventStream } from "../sse.js";
import { CallError } from "./channel.js";

/**
 * @typedef {{ method: string, path: (params: Record<string, any>) => string, body?: string[], key?: boolean }} Call
 * @type {Record<CallName, Call>}
 */
const CALLS = {
  snapshot: { method: "GET", path: () => "/api/snapshot" },
  messages: {
    method: "GET",
    path: (p) => `/api/sessions/${id(p.id)}/messages${query({ before: p.before, limit: p.limit })}`,
  },
  prompt: { method: "POST", path: (p) => `/api/sessions/${id(p.id)}/prompt`, body: ["text", "mode", "model"] },
  abort: { method: "POST", path: (p) => `/api/sessions/${id(p.id)}/abort`, body: [] },
  options: { method: "GET", path: (p) => `/api/sessions/${id(p.id)}/options` },
  diff: { method: "GET", path: (p) => `/api/sessions/${id(p.id)}/diff` },
  sessionApproval: { method: "PUT", path: (p) => `/api/sessions/${id(p.id)}/approval`, body: ["topics"] },
  projectApproval: { method: "PUT", path: (p) => `/api/projects/${id(p.id)}/approval`, body: ["topics"] },
  newSession: { method: "POST", path: () => "/api/sessions", body: ["agent", "directory", "prompt"] },
  decide: {
    method: "POST",
    path: (p) => `/api/asks/${id(p.id)}/decision`,
    body: ["kind", "digest", "optionId", "message", "answers"],
    key: true,
  },
  asks: { method: "GET", path: () => "/api/asks" },
  pair: { method: "POST", path: () => "/pair", body: ["code", "name"] },
};

/** @returns {Channel} the hub that served this page */
export function httpChannel() {
  return { call, subscribe };
}

/** @type {Channel["call"]} */
async function call(name, params = {}) {
  const { method, path, body, key } = CALLS[name];
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = params.idempotencyKey;
  const content = body ? { body: JSON.stringify(pick(params, body)) } : {};
  const response = await reach(path(params), {
    method,
    headers,
    credentials: "same-origin",
    cache: "no-store",
    ...content,
  });
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  throw refusal(response.status, answer?.error);
}

/** @type {Channel["subscribe"]} */
function subscribe(cursor, handlers) {
  const world = {
    /** @param {string} at */
    open: (at) => new EventSource(`/events${query({ cursor: at })}`),
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
  const response = await fetch("/api/asks", { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  return response?.status !== 401;
}

/** @param {string} path @param {RequestInit} init */
async function reach(path, init) {
  try {
    return await fetch(path, init);
  } catch {
    throw new CallError(0, "unreachable", "Pilot cannot be reached.", "Is the hub running? Start it with: pilot up");
  }
}

/** @param {number} status @param {{ code?: string, message?: string, hint?: string } | undefined} error */
function refusal(status, error) {
  const message = error?.message ?? `The hub answered ${status}.`;
  return new CallError(status, error?.code ?? "unknown", message, error?.hint);
}

/** @param {Record<string, any>} params @param {string[]} names */
function pick(params, names) {
  return Object.fromEntries(names.filter((name) => params[name] !== undefined).map((name) => [name, params[name]]));
}

/** @param {string} value */
function id(value) {
  return encodeURIComponent(value);
}

/** @param {Record<string, unknown>} values */
function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  if (!given.length) return "";
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
