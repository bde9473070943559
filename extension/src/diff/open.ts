/** Opens an edit in VS Code's own diff editors. */
import * as vscode from "vscode";
import { plain } from "../asks/plain";
import { type DiffDocuments, uriOf } from "./documents";
import { type Gap, nameOf, type Pair, type Plan, wholePath } from "./plan";
import { remember, tabsOf, uniqueTitle } from "./tabs";

/** What is opened. */
export interface Edit {
  owner: string;
  /** Paths that are not whole start here. */
  directory: string;
  /** Of one file, or of several. */
  title: (pairs: Pair[]) => string;
  plan: Plan;
}

/** Show an edit anew: what cannot be compared as a patch beside, said in a message. */
export async function openEdit(documents: DiffDocuments, edit: Edit): Promise<void> {
  documents.keep(edit.owner, edit.plan);
  await vscode.window.tabGroups.close(tabsOf(edit.owner), true);
  for (const gap of edit.plan.gaps) await openGap(edit, gap);
  if (edit.plan.pairs.length) await openPairs(edit);
}

async function openPairs({ owner, directory, title, plan }: Edit): Promise<void> {
  const [first, ...more] = plan.pairs;
  if (!first) return;
  const name = uniqueTitle(plain(title(plan.pairs)), owner);
  if (!more.length) {
    const [before, after] = sides(owner, first);
    await vscode.commands.executeCommand("vscode.diff", before, after, name, { preview: false });
    return;
  }
  remember(name, owner);
  const files = plan.pairs.map((pair) => [vscode.Uri.file(wholePath(pair.path, directory)), ...sides(owner, pair)]);
  await vscode.commands.executeCommand("vscode.changes", name, files);
}

async function openGap({ owner, plan }: Edit, gap: Gap): Promise<void> {
  const name = nameOf(gap.path);
  if (!gap.patch) {
    say(vscode.l10n.t("{0} cannot be shown as a diff: {1}", name, gap.problem));
    return;
  }
  say(vscode.l10n.t("{0} cannot be shown as a diff, so you see its patch: {1}", name, gap.problem));
  const uri = uriOf({ owner, index: gap.index, side: "patch" }, gap.path);
  await vscode.window.showTextDocument(uri, { preview: false, preserveFocus: plan.pairs.length > 0 });
}

function sides(owner: string, { index, path }: Pair): [before: vscode.Uri, after: vscode.Uri] {
  return [uriOf({ owner, index, side: "before" }, path), uriOf({ owner, index, side: "after" }, path)];
}

function say(message: string): void {
  void vscode.window.showWarningMessage(plain(message));
}
