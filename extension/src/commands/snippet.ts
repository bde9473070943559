/** Code as words for an agent. Pure. */

/** Most characters of code that are sent along; an agent reads more of a file by itself. */
export const LONGEST = 60_000;

export interface Lines {
  /** Counted from 1, both included. */
  from: number;
  to: number;
  text: string;
  language: string;
}

/** `@src/app.py`, as seen from the session's folder. */
export function reference(path: string, directory: string, lines?: { from: number; to: number }): string {
  const place = lines ? (lines.from === lines.to ? `#L${lines.from}` : `#L${lines.from}-${lines.to}`) : "";
  return `@${relative(path, directory)}${place}`;
}

/** A reference, the code itself, and what to do with it. */
export function selectionPrompt(path: string, directory: string, lines: Lines, instruction: string): string {
  const fence = fenceFor(lines.text);
  const language = lines.language === "plaintext" ? "" : lines.language;
  const code = `${fence}${language}\n${lines.text.replace(/\n?$/, "\n")}${fence}`;
  return join(instruction, `${reference(path, directory, lines)}\n${code}`);
}

/** A reference to a whole file, which the agent reads itself. */
export function filePrompt(paths: readonly string[], directory: string, instruction: string): string {
  return join(instruction, paths.map((path) => reference(path, directory)).join("\n"));
}

function join(instruction: string, context: string): string {
  const said = instruction.trim();
  return said ? `${said}\n\n${context}` : context;
}

function relative(path: string, directory: string): string {
  const [whole, base] = [path, directory].map((one) => one.replaceAll("\\", "/").replace(/\/+$/, ""));
  return whole?.startsWith(`${base}/`) ? whole.slice((base ?? "").length + 1) : path;
}

/** A fence longer than any in the code. */
function fenceFor(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  return "`".repeat(longest + 1);
}
