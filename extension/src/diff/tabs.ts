/** Which tabs show an edit of which owner. */
import * as vscode from "vscode";
import { addressIn, SCHEME } from "./address";

/** Titles of multi-file diffs, for a VS Code that does not say what such a tab shows. */
const titles = new Map<string, string>();

/** Remember that a multi-file diff with this title belongs to an owner. */
export function remember(title: string, owner: string): void {
  titles.set(title, owner);
}

/** Whose edit a tab shows. */
export function ownerIn(tab: vscode.Tab | undefined): string | undefined {
  if (!tab) return undefined;
  for (const uri of urisIn(tab.input)) if (uri.scheme === SCHEME) return addressIn(uri.path)?.owner;
  return tab.input === undefined || isMultiDiff(tab.input) ? titles.get(tab.label) : undefined;
}

/** The tab in front of the person. */
export function activeTab(): vscode.Tab | undefined {
  return vscode.window.tabGroups.activeTabGroup.activeTab;
}

/** All tabs of an owner. */
export function tabsOf(owner: string): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => ownerIn(tab) === owner);
}

/** Return a title no other open tab has: only so can a multi-file diff be told from its like. */
export function uniqueTitle(title: string, owner: string): string {
  const taken = new Set(
    vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => ownerIn(tab) !== owner)
      .map((tab) => tab.label),
  );
  let unique = title;
  for (let count = 2; taken.has(unique); count++) unique = `${title} (${count})`;
  return unique;
}

function urisIn(input: unknown): vscode.Uri[] {
  if (input instanceof vscode.TabInputText) return [input.uri];
  if (input instanceof vscode.TabInputTextDiff) return [input.original, input.modified];
  if (isMultiDiff(input)) return input.textDiffs.flatMap(({ original, modified }) => [original, modified]);
  return [];
}

interface MultiDiff {
  textDiffs: readonly { original: vscode.Uri; modified: vscode.Uri }[];
}

/** VS Code hands this over in every version; only its class is not in the public types. */
function isMultiDiff(input: unknown): input is MultiDiff {
  return typeof input === "object" && input !== null && "textDiffs" in input && Array.isArray(input.textDiffs);
}
