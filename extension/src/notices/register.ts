import * as vscode from "vscode";
import { dashboardVisible } from "../dashboard/visible";
import type { Parts } from "../parts";
import type { Notice } from "../protocol.gen";
import { Assigned } from "./assigned";
import { News } from "./news";

/** Add this folder's surfaces; what this window has to tell of asks is for others. */
export function registerNotices({ context, hub, board }: Parts, play: (kind: Notice["kind"]) => void): Assigned {
  const assigned = new Assigned(hub, board);
  const hearing = assigned.onSound((kind) => {
    if (vscode.workspace.getConfiguration("pilot.notifications").get<boolean>("sound")) play(kind);
  });
  context.subscriptions.push(assigned, new News(board, assigned, dashboardVisible), hearing);
  return assigned;
}
