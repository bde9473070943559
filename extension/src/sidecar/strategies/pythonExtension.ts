import type { PythonExtension } from "@vscode/python-extension";
import * as vscode from "vscode";
import { exportsOf } from "./exports";

const ID = "ms-python.python";

/** Return the Python that the Python extension has for this window. */
export async function askPythonExtension(): Promise<string | undefined> {
  const api = await exportsOf(ID);
  if (!isApi(api)) return undefined;
  const chosen = api.environments.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri);
  const environment = await api.environments.resolveEnvironment(chosen);
  return environment?.executable.uri?.fsPath;
}

function isApi(value: unknown): value is Pick<PythonExtension, "environments"> {
  return typeof value === "object" && value !== null && "environments" in value;
}
