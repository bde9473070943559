/** Fills a webview with the dashboard and gives it its relay. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Parts } from "../parts";
import { complain } from "../tell";
import { folderPaths, openFile } from "./files";
import { dashboardHtml, type Surface } from "./html";
import type { Shown } from "./messages";
import { Relay } from "./relay";
import { saveText } from "./save";
import { setUsed } from "./visible";

/** Load the dashboard into a webview; the relay lives until it is disposed with the webview. */
export function loadDashboard(surface: Surface, webview: vscode.Webview, parts: Parts, place?: Shown): Relay {
  const folder = vscode.Uri.joinPath(parts.context.extensionUri, "media", "dashboard");
  const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  const relay = new Relay(webview, parts.hub, { ...AROUND, log: parts.log });
  if (place) relay.show(place);
  webview.html = dashboardHtml({
    surface,
    source: webview.cspSource,
    nonce: randomBytes(16).toString("base64url"),
    script: address("app.js"),
    style: address("app.css"),
    modules: MODULES.map(address),
  });
  return relay;
}

const MODULES = ["marked", "purify", "highlight", "ansi"].map((name) => `js/vendor/${name}.js`);

const AROUND = {
  folders: folderPaths,
  openFile: (path: string): void => void openFile(path),
  save: (name: string, text: string): void => void saveText(name, text),
  attended: setUsed,
  run: (command: string): void => void vscode.commands.executeCommand(command).then(undefined, complain),
};
