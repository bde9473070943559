/** What a webview may ask for. Everything else is refused, whatever the hub would say. */
import type { Calls } from "../protocol.gen";
import type { Offer } from "./messages";

/** The calls that the dashboard makes; a test compares them with its source. */
const CALLS = [
  "snapshot",
  "sessions.create",
  "sessions.messages",
  "sessions.mentions",
  "sessions.prompt",
  "sessions.abort",
  "sessions.options",
  "sessions.diff",
  "attachments.get",
  "sessions.search",
  "projects.open",
  "projects.approval",
  "asks.list",
  "asks.decide",
  "sessions.servers",
  "sessions.mark",
  "sessions.export",
  "usage.summary",
  "agents.options",
  "settings.get",
  "notifications.get",
  "notifications.update",
  "notifications.test",
  "sessions.restore",
  "sessions.delete",
  "files.read",
  "files.glob",
  "files.tree",
] as const satisfies readonly (keyof Calls)[];

/** These run an agent in a folder, or read its configuration there: not where the folder is not trusted. */
const STARTING: ReadonlySet<string> = new Set(["sessions.create", "agents.options"] satisfies (keyof Calls)[]);

/** Commands that the page offers by itself; others only while the extension has it offer them. */
const COMMANDS: ReadonlySet<string> = new Set([
  "pilot.agents.connect",
  "pilot.walkthrough",
  "pilot.settings",
  "pilot.phone.showQr",
  "pilot.devices",
  "pilot.session.share",
  "pilot.tunnel",
]);

export const ALLOWED_CALLS: ReadonlySet<string> = new Set(CALLS);

export function isAllowedCall(name: string): name is (typeof CALLS)[number] {
  return ALLOWED_CALLS.has(name);
}

export function startsSomething(name: string): boolean {
  return STARTING.has(name);
}

export function isAllowedCommand(command: string, offers: readonly Offer[]): boolean {
  return COMMANDS.has(command) || offers.some((offer) => offer.command === command);
}
