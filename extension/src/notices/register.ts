import { dashboardVisible } from "../dashboard/visible";
import type { Parts } from "../parts";
import { Assigned } from "./assigned";
import { News } from "./news";

/** Add this folder's surfaces; what this window has to tell of asks is for others. */
export function registerNotices({ context, hub, board }: Parts): Assigned {
  const assigned = new Assigned(hub, board);
  context.subscriptions.push(assigned, new News(board, assigned, dashboardVisible));
  return assigned;
}
