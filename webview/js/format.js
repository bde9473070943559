// @ts-check
/**
 * Numbers, times and people in words.
 * @import * as P from "./protocol.gen"
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "now", "12 s", "5 min", "3 h", "yesterday", "4 May". @param {number} at @param {number} now */
export function ago(at, now) {
  const past = now - at;
  if (past < 5 * SECOND) return "now";
  if (past < MINUTE) return `${Math.floor(past / SECOND)} s`;
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h`;
  if (past < 2 * DAY) return "yesterday";
  return new Date(at).toLocaleDateString(undefined, { day: "numeric", month: "short" });
}

/** "in 3 days", "in 2 h", "in 5 min", "now". @param {number} at @param {number} now */
export function ahead(at, now) {
  const left = at - now;
  if (left < MINUTE) return left > 0 ? "in a minute" : "now";
  if (left < HOUR) return `in ${Math.round(left / MINUTE)} min`;
  if (left < 2 * DAY) return `in ${Math.round(left / HOUR)} h`;
  return `in ${Math.round(left / DAY)} days`;
}

/** "0.2 s", "14 s", "3 min 5 s"; nothing for no time at all. @param {number} ms */
export function duration(ms) {
  if (ms < 50) return "";
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  const minutes = Math.floor(ms / MINUTE);
  return `${minutes} min ${Math.floor((ms % MINUTE) / SECOND)} s`;
}

/** "4:48", "0:07", "1:02:03". @param {number} ms */
export function countdown(ms) {
  const seconds = Math.max(0, Math.ceil(ms / SECOND));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** @param {number} value */
export function count(value) {
  return value.toLocaleString("en-US");
}

/** "400 k", "1.2 M". @param {number} value */
export function short(value) {
  if (value < 1_000) return String(value);
  if (value < 1_000_000) return `${trim(value / 1_000)} k`;
  return `${trim(value / 1_000_000)} M`;
}

/** @param {number} value */
export function dollars(value) {
  return `$${value.toFixed(value > 0 && value < 0.01 ? 4 : 2)}`;
}

/** "+38 −4". @param {{ additions: number, deletions: number }[]} files */
export function changes(files) {
  const added = files.reduce((sum, file) => sum + file.additions, 0);
  const removed = files.reduce((sum, file) => sum + file.deletions, 0);
  return [added && `+${added}`, removed && `−${removed}`].filter(Boolean).join(" ");
}

/** @param {number} amount @param {string} one @param {string} [many] */
export function plural(amount, one, many = `${one}s`) {
  return `${amount} ${amount === 1 ? one : many}`;
}

/** A path as seen from a folder. @param {string} path @param {string} directory */
export function within(path, directory) {
  const base = directory.endsWith("/") ? directory : `${directory}/`;
  return path.startsWith(base) ? path.slice(base.length) : path;
}

/** Whether a path says where it is by itself, on whatever system the hub runs. @param {string} path */
export function isWholePath(path) {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** @param {string} path @param {string} directory that it starts in, where it does not say so itself */
export function wholePath(path, directory) {
  if (isWholePath(path)) return path;
  return directory ? `${directory.replace(/[\\/]$/, "")}/${path}` : undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of them
const ESCAPES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Text as a terminal would show it, without its colours. @param {string} text */
export function plainOutput(text) {
  return text.replace(ESCAPES, "").replace(/\r\n/g, "\n");
}

/** A text for one line: no marks of markdown, no line breaks. @param {string} text */
export function oneLine(text) {
  return text
    .replace(/\*\*|`+|^#+ /gm, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** @type {Record<P.Actor["kind"], string>} */
const ACTORS = {
  owner: "this machine",
  vscode: "VS Code",
  device: "a device",
  telegram: "Telegram",
  rule: "a rule",
  terminal: "the terminal",
  timeout: "time-out",
  agent: "the agent",
  hub: "Pilot",
};

/** @param {P.Actor} by */
export function actor(by) {
  return by.verified === false ? `${actorName(by)} (local, unverified)` : actorName(by);
}

/** @param {P.Actor} by */
function actorName(by) {
  const from = by.kind === "telegram" || by.kind === "vscode" ? ACTORS[by.kind] : "";
  if (by.name && from && by.name !== from) return `${by.name} ${by.kind === "vscode" ? "in" : "on"} ${from}`;
  return by.name || ACTORS[by.kind] || by.kind;
}

/** @type {Record<P.DecisionKind, string>} */
const CHOICES = {
  allow_once: "Allowed once",
  allow_always: "Always allowed",
  deny: "Denied",
  answer: "Answered",
  release: "Handed back to the terminal",
};

/** "Allowed once by Anna's phone": how an ask ended. @param {P.Ask} ask */
export function outcome(ask) {
  const end = ask.resolution;
  if (!end)
    return {
      resolved: "Answered",
      expired: "Timed out",
      cancelled: "Withdrawn",
      superseded: "Replaced",
      pending: "Waiting",
    }[ask.state];
  if (end.choice) return `${CHOICES[end.choice]} by ${actor(end.by)}`;
  if (ask.state === "resolved") return `Answered in ${actor(end.by)}`;
  const word = { expired: "Timed out", cancelled: "Withdrawn", superseded: "Replaced", pending: "Waiting" }[ask.state];
  return end.reason ? `${word}: ${end.reason}` : word;
}

/** @param {number} value */
function two(value) {
  return String(value).padStart(2, "0");
}

/** @param {number} value */
function trim(value) {
  return value >= 100 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}
