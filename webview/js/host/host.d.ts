// Where the page runs, and what only that place can do; `here.js` picks one.
import type { Address } from "../router.js";
import type { Away } from "../types";
import type { Channel } from "./channel.js";
import type { Shown } from "./messages";

export interface Host {
  channel: Channel;
  address: Address;
  /** For drafts; null where the browser's settings forbid it. */
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  /** A pairing link that was followed to get here. */
  code: string;
  pair(code: string, name: string): Promise<void>;
  /** Say outside the page how many asks wait. */
  showWaiting(amount: number): void;
  /** Whether a key belongs to somebody else. */
  isTaken(event: KeyboardEvent): boolean;
  /** What only an editor can do. */
  editor: Editor | null;
  listen(listeners: Listeners): void;
}

export interface Editor {
  run(command: string): void;
  /** Whether a file can be opened beside the page. */
  opens(path: string): boolean;
  openFile(path: string): void;
}

export interface Listeners {
  onAway(away: Away | null): void;
  onShow(place: Shown): void;
}
