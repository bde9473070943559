import type { Parts } from "../parts";
import { SessionsView } from "./sessions";
import { WaitingView } from "./waiting";

/** Add this folder's surfaces. */
export function registerTrees(parts: Parts): void {
  parts.context.subscriptions.push(new WaitingView(parts), new SessionsView(parts));
}
