/** Opens an edit in VS Code's own diff editors. */
import * as vscode from "vscode";
import { plain } from "../asks/plain";
import type { Side } from "./address";
import { type DiffDocuments, uriOf } from "./documents";
import { type Gap, nameOf, type Pair, type Plan, wholePath } from "./plan";
import { tabsOf } from "./tabs";

/** What is opened. */
export interface Edit {
  owner: string;
  /** Of what its owner is now; another one has other texts. */
  version: string;
  /** Paths that are not whole start here. */
  directory: string;
  /** Of one file, or of several. */
  title: (pairs: Pair[]) => string;
  plan: Plan;
}

/** Show an edit anew: what cannot be compared as a patch beside, said in a message. */
export async function openEdit(documents: DiffDocuments, edit: Edit): Promise<void> {
  documents.keep(edit.owner, edit.version, edit.plan);
  await vscode.window.tabGroups.close(tabsOf(edit.owner), true);
  for (const gap of edit.plan.gaps) await openGap(edit, gap);
  if (edit.plan.pairs.length) await openPairs(edit);
}

async function openPairs(edit: Edit): Promise<void> {
  const { plan, title } = edit;
  const [first, ...more] = plan.pairs;
  if (!first) return;
  const name = plain(title(plan.pairs));
  if (more.length) return openFiles(name, edit);
  const [before, after] = [textOf(edit, first, "before"), textOf(edit, first, "after")];
  await vscode.commands.executeCommand("vscode.diff", before, after, name, { preview: false });
}

/** Several at once; VS Code adds their number to the title, and would replace the editor with the next one opened. */
async function openFiles(name: string, edit: Edit): Promise<void> {
  const files = edit.plan.pairs.map((pair) => [
    vscode.Uri.file(wholePath(pair.path, edit.directory)),
    textOf(edit, pair, "before"), // also of a new file: without both sides VS Code would not say whose the tab is
    textOf(edit, pair, "after"),
  ]);
  await vscode.commands.executeCommand("vscode.changes", name, files);
  await vscode.commands.executeCommand("workbench.action.keepEditor");
}

async function openGap(edit: Edit, gap: Gap): Promise<void> {
  const name = nameOf(gap.path);
  if (!gap.patch) {
    say(vscode.l10n.t("{0} cannot be shown as a diff: {1}", name, gap.problem));
    return;
  }
  say(vscode.l10n.t("{0} cannot be shown as a diff, so you see its patch: {1}", name, gap.problem));
  const preserveFocus = edit.plan.pairs.length > 0;
  await vscode.window.showTextDocument(textOf(edit, gap, "patch"), { preview: false, preserveFocus });
}

function textOf({ owner, version, directory }: Edit, { index, path }: Pair | Gap, side: Side): vscode.Uri {
  return uriOf({ owner, index, side }, version, wholePath(path, directory));
}

function say(message: string): void {
  void vscode.window.showWarningMessage(plain(message));
}
