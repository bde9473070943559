/** What every surface of the extension is given. */
import type { ExtensionContext, LogOutputChannel } from "vscode";
import type { Board } from "./board";
import type { Hub } from "./hub";

export interface Parts {
  context: ExtensionContext;
  log: LogOutputChannel;
  hub: Hub;
  board: Board;
}
