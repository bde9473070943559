/** What a session changed, as far as it can be told from the files of today and the agent's patches. */
import * as vscode from "vscode";
import { titleOf } from "../../../webview/js/select.js";
import { type Hub, HubError } from "../hub";
import type { FileDiff, Session } from "../protocol.gen";
import { sessionOwner } from "./address";
import type { DiffDocuments } from "./documents";
import { openEdit } from "./open";
import { type EditedFile, type Plan, planOf, wholePath } from "./plan";
import { unapply } from "./unapply";

const LARGEST = 2_000_000; // bytes of a file that is still compared

export class SessionChanges {
  constructor(
    private readonly hub: Hub,
    private readonly documents: DiffDocuments,
  ) {}

  /** Open a session's changes. */
  async show(session: Session): Promise<void> {
    const plan = await this.#plan(session);
    if (!plan.pairs.length && !plan.gaps.length)
      throw new HubError("not_found", vscode.l10n.t("This session changed no files."));
    const title = () => vscode.l10n.t("Changes of {0}", titleOf(session));
    const version = String(Date.now()); // files go on changing: each look is another one
    const { id, directory } = session;
    await openEdit(this.documents, { owner: sessionOwner(id), version, directory, title, plan });
  }

  async #plan({ id, directory }: Session): Promise<Plan> {
    const { files } = await this.hub.call("sessions.diff", { id });
    const edited = await Promise.all(files.map((file) => edit(file, directory)));
    return planOf(edited, new Map(files.map((file) => [file.path, file.patch ?? ""])));
  }
}

async function edit(file: FileDiff, directory: string): Promise<EditedFile> {
  const { path, status, patch } = file;
  if (patch === undefined) return { path, status, problem: vscode.l10n.t("the agent keeps no patch of it.") };
  const proposed = status === "deleted" ? "" : await textAt(wholePath(path, directory));
  if (proposed === undefined) return { path, status, problem: vscode.l10n.t("it cannot be read as a text.") };
  const base = unapply(proposed, patch);
  if (base === undefined) return { path, status, problem: vscode.l10n.t("it was changed since.") };
  return { path, status, base, proposed };
}

async function textAt(path: string): Promise<string | undefined> {
  const uri = vscode.Uri.file(path);
  try {
    if ((await vscode.workspace.fs.stat(uri)).size > LARGEST) return undefined;
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
