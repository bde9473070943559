/** Whom to ask for a Python, in order; none of them may hold us up. */
import * as vscode from "vscode";
import type { Adviser } from "../python";
import { askEnvironments } from "./environments";
import { askPythonExtension } from "./pythonExtension";

const LIMIT_MS = 3_000;

/** Return the other extensions' opinions. A folder that is not trusted has none: its Python would be run. */
export function advisers(note: (line: string) => void): Adviser[] {
  if (!vscode.workspace.isTrusted) return [];
  return [askEnvironments, askPythonExtension].map((ask) => () => withinLimit(ask, note));
}

async function withinLimit(ask: Adviser, note: (line: string) => void): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LIMIT_MS);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    note(`${ask.name}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
