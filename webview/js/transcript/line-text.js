// @ts-check
/**
 * A line as text: to copy, and to look for words in. Pure.
 * @import * as P from "../protocol.gen"
 * @import { Line } from "./lines.js"
 */
import { outcome, plainOutput } from "../format.js";

/** @param {Line} line */
export function lineAsMarkdown(line) {
  if (line.kind !== "tool") return lineText(line);
  const command = typeof line.input?.command === "string" ? line.input.command : undefined;
  const parts = [
    `**${line.title || line.tool}**`,
    command && fenced(command, "sh"),
    ...line.files.map((file) => file.patch && fenced(file.patch, "diff")),
    line.output && fenced(plainOutput(line.output), ""),
    line.error && fenced(plainOutput(line.error), ""),
  ];
  return parts.filter(Boolean).join("\n\n");
}

/** @param {Line} line @returns {string} */
export function lineText(line) {
  switch (line.kind) {
    case "prompt":
    case "outgoing":
    case "text":
    case "reasoning":
    case "note":
      return line.text;
    case "error":
      return [line.message, line.hint].filter(Boolean).join("\n");
    case "tool":
      return toolText(line);
    case "ask":
      return `${outcome(line.ask)} ${line.ask.summary || line.ask.title}`;
    default:
      return "";
  }
}

/** @param {P.ToolItem} item */
function toolText(item) {
  const input = Object.values(item.input ?? {}).filter((value) => typeof value === "string");
  return [
    item.title,
    item.tool,
    ...input,
    item.output,
    item.error,
    ...item.files.map((file) => `${file.path}\n${file.patch ?? ""}`),
  ]
    .filter(Boolean)
    .join("\n");
}

/** @param {string} text @param {string} language */
function fenced(text, language) {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}
