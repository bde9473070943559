import * as vscode from "vscode";
import { exportsOf } from "./exports";

const ID = "ms-python.vscode-python-envs";

/** Return the Python that the Python Environments extension has for this window. */
export async function askEnvironments(): Promise<string | undefined> {
  const api = await exportsOf(ID);
  if (!isApi(api)) return undefined;
  const environment = await api.getEnvironment(vscode.workspace.workspaceFolders?.[0]?.uri);
  return environment?.execInfo?.run?.executable;
}

/** As much of its API as we use (@vscode/python-environments 1.0). */
interface Api {
  getEnvironment(scope: vscode.Uri | undefined): Promise<{ execInfo?: { run?: { executable?: string } } } | undefined>;
}

function isApi(value: unknown): value is Api {
  return (
    typeof value === "object" &&
    value !== null &&
    "getEnvironment" in value &&
    typeof value.getEnvironment === "function"
  );
}
