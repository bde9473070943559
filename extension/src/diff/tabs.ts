/** Which tabs show an edit of which owner. */
import * as vscode from "vscode";
import { addressIn, SCHEME } from "./address";

/** Whose edit a tab shows. */
export function ownerIn(tab: vscode.Tab | undefined): string | undefined {
  const uri = textIn(tab);
  return uri && addressIn(uri.query)?.owner;
}

/** Which version of it a tab shows. */
export function versionIn(tab: vscode.Tab | undefined): string | undefined {
  return textIn(tab)?.fragment;
}

/** The tab in front of the person. */
export function activeTab(): vscode.Tab | undefined {
  return vscode.window.tabGroups.activeTabGroup.activeTab;
}

/** All tabs of an owner. */
export function tabsOf(owner: string): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => ownerIn(tab) === owner);
}

/** All tabs of anybody's edit. */
export function tabsOfAll(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => ownerIn(tab) !== undefined);
}

function textIn(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  return urisIn(tab?.input).find((one) => one.scheme === SCHEME);
}

function urisIn(input: unknown): vscode.Uri[] {
  if (input instanceof vscode.TabInputText) return [input.uri];
  if (input instanceof vscode.TabInputTextDiff) return [input.original, input.modified];
  if (!isMultiDiff(input)) return [];
  return input.textDiffs.flatMap(({ original, modified }) => [original, modified]);
}

interface MultiDiff {
  textDiffs: readonly { original: vscode.Uri; modified: vscode.Uri }[];
}

/** VS Code hands this over in every version from 1.91 on; only its class is not in the public types. */
function isMultiDiff(input: unknown): input is MultiDiff {
  return typeof input === "object" && input !== null && "textDiffs" in input && Array.isArray(input.textDiffs);
}
