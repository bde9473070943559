import * as vscode from "vscode";
import { dashboardVisible } from "../dashboard/visible";
import type { Assigned } from "../notices/assigned";
import type { Parts } from "../parts";
import { AskCommands } from "./commands";
import { Decider } from "./decide";
import { AskDocuments } from "./documents";
import { Notices } from "./notices";
import { AskList } from "./quickPick";
import { Review } from "./review";
import { StatusBar } from "./statusBar";
import { Turns } from "./turns";

/** Add this folder's surfaces. */
export function registerAsks({ context, hub, board }: Parts, assigned: Assigned): void {
  const decider = new Decider(hub, board);
  const documents = new AskDocuments(board);
  const review = new Review(board, decider, documents);
  const list = new AskList(board, decider, review);
  const commands = new AskCommands(board, decider, list, review);
  const lookAgain = decider.onChanged((id) => {
    const ask = board.state.asks[id];
    if (ask?.state === "pending") void list.openAt(ask);
  });
  context.subscriptions.push(
    ...[decider, documents, lookAgain, new StatusBar(hub, board)],
    ...[new Notices(board, assigned, decider, dashboardVisible), new Turns(hub, board, dashboardVisible)],
    ...Object.entries(commands.all()).map(([name, run]) => vscode.commands.registerCommand(name, run)),
  );
}
