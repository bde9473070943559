// @ts-check
/**
 * What a push says, and how it is shown. Pure. A push comes from the hub, but is read as if anybody had written it.
 *
 * @import * as P from "../js/protocol.gen"
 * @typedef {"notice" | "outcome" | "test"} What
 * @typedef {{ id: string, kind: string, title: string, project: string, askId: string, digest: string, quick: string[] }} Told
 * @typedef {{ what: What, tag: string, title: string, body: string, place: string, silent: boolean, outcome: string, told: Told | null }} Message
 * @typedef {{ place: string, notice: Told | null, over?: boolean }} NoteData
 * @typedef {{ title: string, options: NotificationOptions & { data: NoteData, tag: string, actions: { action: string, title: string }[] } }} Note
 */

const ICON = "/static/icons/icon-192.png";
const WHOLE = 240; // characters: as many as the hub trusts a notice to show
/** Control, zero-width and bidirectional characters: what is shown would not be what is allowed. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0]/u;

/** Whatever was sent: there is always something to show, as browsers demand. @param {string | null} text @param {string} origin @returns {Message} */
export function messageIn(text, origin) {
  const message = asObject(parsed(text));
  const [notification, pilot] = [asObject(message.notification), asObject(message.pilot)];
  const told = toldIn(asObject(pilot.notice));
  const what = pilot.what === "outcome" || pilot.what === "test" ? pilot.what : "notice";
  const title = line(notification.title) || told?.title || "Pilot";
  const body = line(notification.body) || (told || notification.title ? "" : "There is something new.");
  const place = placeIn(notification.navigate, origin);
  const tag = told?.id || line(notification.tag) || "pilot";
  return { what, tag, title, body, place, silent: notification.silent === true, outcome: line(pilot.outcome), told };
}

/** The message as it came: the hub could not be asked, so nothing can be decided on it. @param {Message} message @returns {Note} */
export function plainNote(message) {
  return note(message, message.body, []);
}

/** What the agent asks, as the hub tells it now. @param {Message} message @param {P.Ask} ask @returns {Note} */
export function askNote(message, ask) {
  const { told } = message;
  if (ask.state !== "pending") return outcomeNote(message, outcomeOf(ask));
  if (!told || ask.digest !== told.digest) return plainNote(message);
  const text = ask.command || ask.summary || (ask.questions[0]?.question ?? "");
  const actions = [];
  if (told.quick.includes("allow_once") && ask.decisions.includes("allow_once") && isWhole(text))
    actions.push({ action: "allow", title: "Allow once" });
  if (told.quick.includes("deny") && ask.decisions.includes("deny")) actions.push({ action: "deny", title: "Deny" });
  return note(message, [text, told.project].filter(Boolean).join("\n"), actions);
}

/** It was dealt with: said once, without a sound. @param {Message} message @param {string} outcome @returns {Note} */
export function outcomeNote(message, outcome) {
  const { title, options } = note({ ...message, silent: true }, outcome || "Dealt with.", []);
  return { title, options: { ...options, requireInteraction: false, data: { ...options.data, over: true } } };
}

/** @param {Message} message @param {string} body @param {Note["options"]["actions"]} actions @returns {Note} */
function note({ tag, title, place, silent, told }, body, actions) {
  const data = { place, notice: told };
  return { title, options: { tag, body, silent, icon: ICON, data, actions, requireInteraction: told?.kind === "ask" } };
}

/** Whether a person sees all of it on a notice. @param {string} text */
export function isWhole(text) {
  return text.length > 0 && text.length <= WHOLE && !HIDDEN.test(text);
}

/** @param {P.Ask} ask */
export function outcomeOf({ state, resolution }) {
  if (state !== "resolved")
    return (
      { expired: "Nobody answered in time.", superseded: "The agent asks anew." }[String(state)] ?? "It was withdrawn."
    );
  const done = {
    allow_once: "Allowed",
    allow_always: "Allowed",
    deny: "Denied",
    answer: "Answered",
    release: "Left to the terminal",
  };
  const by = resolution?.by.name ? ` by ${resolution.by.name}` : "";
  return `${(resolution?.choice && done[resolution.choice]) ?? "Answered"}${by}.`;
}

/** @param {Record<string, unknown>} notice @returns {Told | null} */
function toldIn({ id, kind, title, project, askId, digest, quick }) {
  if (typeof id !== "string" || !id) return null;
  const decisions = Array.isArray(quick) ? quick.filter((one) => typeof one === "string") : [];
  return {
    id,
    kind: line(kind),
    title: line(title),
    project: line(project),
    askId: line(askId),
    digest: line(digest),
    quick: decisions,
  };
}

/** Only a place of this page. @param {unknown} address @param {string} origin */
function placeIn(address, origin) {
  try {
    const url = new URL(String(address), origin);
    return url.origin === origin && url.pathname === "/" ? url.hash : "";
  } catch {
    return "";
  }
}

/** @param {string | null} text @returns {unknown} */
function parsed(text) {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return null;
  }
}

/** @param {unknown} value @returns {Record<string, unknown>} */
function asObject(value) {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** @param {unknown} value */
function line(value) {
  return typeof value === "string" ? value : "";
}
