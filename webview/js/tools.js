// @ts-check
/**
 * How a tool call is told: verb, subject, what its body shows. Pure.
 * @import * as P from "./protocol.gen"
 * @import { IconName } from "./icons.js"
 */
import { changes, duration, plainOutput, wholePath, within } from "./format.js";

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
  if (item.toolKind === "mcp" || item.toolKind === "other") return item.tool || "Tool";
  return KINDS[item.toolKind][0];
}

/** @param {P.ToolItem} item @returns {IconName} */
export function iconOf(item) {
  return KINDS[item.toolKind]?.[1] ?? "other";
}

/** What it works on: the command, the file, the pattern. @param {P.ToolItem} item @param {string} directory */
export function subjectOf(item, directory) {
  const input = item.input ?? {};
  const named =
    text(input.command) ?? path(input, item, directory) ?? text(input.pattern) ?? text(input.query) ?? text(input.url);
  if (item.toolKind === "task") return text(input.description) ?? item.title;
  if (item.toolKind === "todo") return progress(item);
  const subject = named ?? item.title;
  return (subject === verbOf(item) ? "" : subject).split("\n")[0] ?? "";
}

/** The one file it reads or changes, as a whole path. @param {P.ToolItem} item @param {string} directory */
export function fileOf(item, directory) {
  if (!["read", "write", "edit"].includes(item.toolKind) || item.files.length > 1) return undefined;
  const named = pathIn(item.input ?? {}, item);
  return named && wholePath(named, directory);
}

/** On the right: how much and how long. @param {P.ToolItem} item */
export function metaOf(item) {
  const took = item.endedAt !== undefined ? duration(item.endedAt - item.at) : "";
  const state = item.status === "completed" ? "" : STATUS[item.status];
  return [changes(item.files), state, took].filter(Boolean).join(" · ");
}

/**
 * What stands in the body, besides diffs and links.
 * @param {P.ToolItem} item
 * @returns {{ kind: "command" | "output" | "error" | "input", text: string }[]}
 */
export function bodyOf(item) {
  /** @type {ReturnType<typeof bodyOf>} */
  const parts = [];
  const todos = todosOf(item);
  if (item.toolKind === "todo" && todos.length) {
    return [{ kind: "output", text: todos.map((todo) => `${todo.done ? "✓" : "○"} ${todo.text}`).join("\n") }];
  }
  const command = text(item.input?.command);
  if (item.toolKind === "shell" && command) parts.push({ kind: "command", text: command });
  if (showsInput(item)) parts.push({ kind: "input", text: JSON.stringify(item.input, null, 2) });
  if (item.output && !item.files.some((file) => file.patch))
    parts.push({ kind: "output", text: plainOutput(item.output).trimEnd() });
  if (item.error) parts.push({ kind: "error", text: plainOutput(item.error).trimEnd() });
  return parts.filter((part) => part.text);
}

/** Changes are worth seeing at once, and so is what went wrong. @param {P.ToolItem} item */
export function opensByItself(item) {
  const lines = item.files.reduce((sum, file) => sum + file.additions + file.deletions, 0);
  return item.status === "failed" || (item.files.some((file) => file.patch) && lines <= 60);
}

/** @param {P.ToolItem} item @returns {{ text: string, done: boolean }[]} */
function todosOf(item) {
  const todos = Array.isArray(item.input?.todos) ? item.input.todos : [];
  return todos.map((todo) => ({
    text: text(todo?.content) ?? text(todo?.text) ?? "",
    done: todo?.status === "completed",
  }));
}

/** @param {P.ToolItem} item */
function progress(item) {
  const todos = todosOf(item);
  return todos.length ? `${todos.filter((todo) => todo.done).length} of ${todos.length} done` : "";
}

/** @param {P.ToolItem} item */
function showsInput(item) {
  const told = ["shell", "read", "edit", "write", "todo", "task"].includes(item.toolKind);
  return !told && item.input !== undefined && Object.keys(item.input).length > 0;
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
