/** What the extension brings: the hub as a wheel, and the exact packages it needs. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { HubError } from "../hub";

export interface Bundle {
  wheel: string;
  lock: string;
  /** Changes with either of them. */
  hash: string;
}

/** Return the bundle in a folder; rejects where the extension was packaged without. */
export async function readBundle(folder: string): Promise<Bundle> {
  const names = await readdir(folder).catch((): string[] => []);
  const wheel = names.find((name) => name.endsWith(".whl"));
  if (!wheel || !names.includes("requirements.lock")) throw incomplete();
  const bundle = { wheel: join(folder, wheel), lock: join(folder, "requirements.lock") };
  const hash = createHash("sha256");
  for (const path of [bundle.wheel, bundle.lock]) hash.update(await readFile(path));
  return { ...bundle, hash: hash.digest("hex") };
}

function incomplete(): HubError {
  return new HubError(
    "install_failed",
    vscode.l10n.t("This copy of the extension does not contain the hub."),
    vscode.l10n.t("Install the packaged extension, or set pilot.sidecar.command."),
  );
}
