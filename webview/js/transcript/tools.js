// @ts-check
/**
 * How a tool call is told: verb, subject, what its body shows. Pure.
 * @import * as P from "../protocol.gen"
 * @import { IconName } from "../icons.js"
 * @typedef {{ kind: "command" | "output" | "error" | "input" | "json" | "todos" | "questions" | "address", text: string }} BodyPart
 */
import { changes, duration, plural, wholePath, within } from "../format.js";
import { questionsOf, todosOf } from "./tool-lists.js";

/** @type {Record<P.ToolKind, [verb: string, icon: IconName]>} */
const KINDS = {
  shell: ["Shell", "shell"],
  read: ["Read", "read"],
  write: ["Write", "edit"],
  edit: ["Edit", "edit"],
  search: ["Search", "search"],
  fetch: ["Fetch", "fetch"],
  task: ["Sub-agent", "task"],
  todo: ["To-dos", "list"],
  question: ["Question", "ask"],
  mcp: ["Tool", "other"],
  other: ["Tool", "other"],
};

/** @type {Record<P.ToolStatus, string>} */
export const STATUS = { pending: "Waiting", running: "Running", completed: "Done", failed: "Failed", denied: "Denied" };

/** @param {P.ToolItem} item */
export function verbOf(item) {
  if (item.toolKind === "mcp") return mcpName(item.tool);
  if (item.toolKind === "other") return item.tool || "Tool";
  return KINDS[item.toolKind]?.[0] ?? (item.tool || "Tool"); // a newer hub knows more kinds
}

/** "linear · list_issues": the server, and its tool. @param {string} name */
function mcpName(name) {
  const [, server, tool] = /^(?:mcp__)?([^.:/]+?)(?:__|\.|:|\/)(.+)$/.exec(name) ?? [];
  return server && tool ? `${server} · ${tool}` : name || "Tool";
}

/** @param {P.ToolItem} item @returns {IconName} */
export function iconOf(item) {
  return KINDS[item.toolKind]?.[1] ?? "other";
}

/** What it works on: the command, the file, the pattern. @param {P.ToolItem} item @param {string} directory */
export function subjectOf(item, directory) {
  const input = item.input ?? {};
  if (item.toolKind === "task") return text(input.description) ?? item.title;
  if (item.toolKind === "todo") return progress(item);
  if (item.toolKind === "question") return questionsOf(item)[0]?.question ?? item.title;
  if (item.toolKind === "search") return searched(input) ?? item.title;
  const named = text(input.command) ?? path(input, item, directory) ?? text(input.query) ?? text(input.url);
  const subject = named ?? item.title;
  return (subject === verbOf(item) ? "" : subject).split("\n")[0] ?? "";
}

/** @param {Record<string, unknown>} input */
function searched(input) {
  const pattern = text(input.pattern) ?? text(input.query) ?? text(input.command);
  const where = text(input.include) ?? text(input.glob) ?? text(input.path);
  return pattern && where && where !== pattern ? `${pattern} in ${where}` : pattern;
}

/** The one file it reads or changes, as a whole path. @param {P.ToolItem} item @param {string} directory */
export function fileOf(item, directory) {
  if (!["read", "write", "edit"].includes(item.toolKind) || item.files.length > 1) return undefined;
  const named = pathIn(item.input ?? {}, item);
  return named && wholePath(named, directory);
}

/** On the right: how much and how long; while it runs, how long so far. @param {P.ToolItem} item @param {number} [now] */
export function metaOf(item, now) {
  const going = item.status === "running" && now !== undefined && now - item.at >= 1_000;
  const took = item.endedAt !== undefined ? duration(item.endedAt - item.at) : going ? seconds(now - item.at) : "";
  const state = item.status === "completed" ? "" : STATUS[item.status];
  return [linesOfRead(item), changes(item.files), state, took].filter(Boolean).join(" · ");
}

/** Whole seconds: it ticks. @param {number} ms */
function seconds(ms) {
  return duration(Math.floor(ms / 1_000) * 1_000).replace(".0 s", " s");
}

/** @param {P.ToolItem} item */
function linesOfRead({ toolKind, input }) {
  const [offset, limit] = [Number(input?.offset), Number(input?.limit)];
  if (toolKind !== "read" || !(limit > 0)) return "";
  return offset > 0 ? `lines ${offset}–${offset + limit - 1}` : plural(limit, "line");
}

/**
 * What stands in the body, besides diffs and links.
 * @param {P.ToolItem} item
 * @returns {BodyPart[]}
 */
export function bodyOf(item) {
  if (item.toolKind === "todo" && todosOf(item).length) return [{ kind: "todos", text: "todos" }];
  /** @type {BodyPart[]} */
  const parts = [];
  const command = text(item.input?.command);
  const url = text(item.input?.url);
  if (item.toolKind === "shell" && command) parts.push({ kind: "command", text: command });
  if (item.toolKind === "fetch" && url) parts.push({ kind: "address", text: url });
  if (item.toolKind === "question" && questionsOf(item).length) parts.push({ kind: "questions", text: "questions" });
  if (showsInput(item)) parts.push({ kind: "input", text: JSON.stringify(item.input, null, 2) });
  if (item.output && !item.files.some((file) => file.patch)) parts.push(outputPart(item.output, item.toolKind));
  if (item.error) parts.push({ kind: "error", text: item.error });
  return parts.filter((part) => part.text.trim());
}

/** What a server answers in JSON is easier to read with line breaks. @param {string} output @param {P.ToolKind} kind @returns {BodyPart} */
function outputPart(output, kind) {
  if ((kind === "mcp" || kind === "other") && /^\s*[[{]/.test(output) && output.length < 200_000) {
    try {
      return { kind: "json", text: JSON.stringify(JSON.parse(output), null, 2) };
    } catch {
      // it only begins like JSON
    }
  }
  return { kind: "output", text: output };
}

/** Changes are worth seeing at once, and so is what went wrong. @param {P.ToolItem} item */
export function opensByItself(item) {
  const lines = item.files.reduce((sum, file) => sum + file.additions + file.deletions, 0);
  if (item.toolKind === "todo" || item.attachments?.length) return true;
  return item.status === "failed" || (item.files.some((file) => file.patch) && lines <= 60);
}

/** @param {P.ToolItem} item */
function progress(item) {
  const todos = todosOf(item);
  return todos.length ? `${todos.filter((todo) => todo.status === "completed").length} of ${todos.length} done` : "";
}

/** @param {P.ToolItem} item */
function showsInput(item) {
  const told = ["shell", "read", "edit", "write", "todo", "task", "search"].includes(item.toolKind);
  if (told || !item.input) return false;
  const { url: _url, questions: _questions, ...rest } = item.input;
  const known = item.toolKind === "fetch" || item.toolKind === "question";
  return Object.keys(known ? rest : item.input).length > 0;
}

/** @param {Record<string, unknown>} input @param {P.ToolItem} item @param {string} directory */
function path(input, item, directory) {
  const found = pathIn(input, item);
  return found === undefined ? undefined : within(found, directory);
}

/** @param {Record<string, unknown>} input @param {P.ToolItem} item */
function pathIn(input, item) {
  return text(input.filePath) ?? text(input.file_path) ?? text(input.path) ?? item.files[0]?.path;
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" && value ? value : undefined;
}
