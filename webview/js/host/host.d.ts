// Where the page runs, and what only that place can do; `here.js` picks one.
import type { Notice, PushSubscription } from "../protocol.gen";
import type { Address } from "../router.js";
import type { Away, Entering, Reachable } from "../types";
import type { Channel } from "./channel.js";
import type { Shown } from "./messages";

export interface Host {
  channel: Channel;
  address: Address;
  /** For drafts; null where the browser's settings forbid it. */
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  /** For what outlives the tab; null where the browser's settings forbid it. */
  lasting: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  /** A pairing link that was followed to get here. */
  code: string;
  doorbell: Doorbell;
  /** Say outside the page how many asks wait. */
  showWaiting(amount: number): void;
  /** Whether a key belongs to somebody else. */
  isTaken(event: KeyboardEvent): boolean;
  /** What only an editor can do. */
  editor: Editor | null;
  /** What a browser does beyond showing the page; null inside an editor. */
  device: Device | null;
  /** How the page gives a text away. */
  outlet: Outlet;
  listen(listeners: Listeners): void;
}

/** How a browser asks to be let in. */
export interface Doorbell {
  /** Use a code; what comes back waits for a yes, null: it is in. */
  pair(code: string, name: string): Promise<Entering | null>;
  /** Return what still waits, null once it is in; throws when it was refused or took too long. */
  waitForYes(ticket: string): Promise<Entering | null>;
  /** Wait no more: nobody is asked any more. */
  leave(ticket: string): Promise<void>;
}

export interface Outlet {
  /** Write it to a file, where the person says or the browser puts such things. */
  save(name: string, mime: string, text: string): void | Promise<void>;
  /** Put it in the clipboard; false where that is forbidden. */
  copy(text: string): Promise<boolean>;
  /** The device's own menu for sharing; null where there is none. */
  share: ((name: string, mime: string, text: string) => Promise<void>) | null;
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

export interface Device {
  /** What the page knew last, and prompts that wait; null where the browser keeps nothing. */
  vault: Keeping | null;
  copy: Copy;
  works: Works;
  /** It is held in the hand: a finger is how it is pointed at. */
  isHandheld: boolean;
  /** Choices for this browser; null where the browser keeps nothing. */
  preferences: Pick<Storage, "getItem" | "setItem"> | null;
  /** Whether the browser itself knows that there is no network. */
  isOffline(): boolean;
  install(): Promise<void>;
  onInstallable(told: (how: "asks" | "by_hand" | null) => void): void;
  onWake(wakes: Wakes): void;
  /** The page may never be seen again. */
  onHide(hidden: () => void): void;
  /** How the hub calls this page, until it is loaded again. */
  surface: string;
  notifying: Notifying;
  /** Tell whether somebody looks at the page, at each change and now and then while they do; returns how to ask for it. */
  watchAttention(told: (attention: Attention, seenAt: number) => void): () => Attention;
}

export type Attention = "active" | "visible" | "hidden";

export type { Reachable };

/** How a browser tells a person of things. */
export interface Notifying {
  readonly permission: Reachable;
  /** Have the browser ask for it; only from a press. */
  ask(): Promise<void>;
  onChange(changed: () => void): void;
  /** Show a notice; one of the same tag is replaced. */
  show(note: Note): Promise<void>;
  /** Take away those of which this is true. */
  close(isOver: (tag: string, by: string) => boolean): Promise<void>;
  /** A notice was pressed: the page is to show what it is about. */
  onGo(go: (place: string) => void): void;
  readonly push: PushDoor;
  readonly chime: { play(kind: Notice["kind"]): Promise<boolean>; unlock(): void };
}

/** One notice as a browser shows it. */
export interface Note {
  tag: string;
  title: string;
  body: string;
  silent: boolean;
  /** As in the page's address: `#ask=…`. */
  place: string;
  notice: Notice;
  /** The page that shows it. */
  by: string;
  actions: { action: "allow" | "deny"; title: string }[];
}

export interface PushDoor {
  readonly permission: Reachable;
  /** What stands in the way, apart from a permission. */
  readonly whyNot: Reachable | null;
  /** Never without a person's press. */
  readonly onlyFromPress: boolean;
  current(): Promise<PushSubscription | null>;
  /** Return the subscription that was made with this key, a new one where needed. */
  subscribe(publicKey: string): Promise<PushSubscription>;
  unsubscribe(): Promise<void>;
}

/** What the browser allows at this address. */
export interface Works {
  secure: boolean;
  offline: boolean;
  notifications: boolean;
  clipboard: boolean;
}

export interface Keeping {
  get(key: string): Promise<unknown>;
  /** Whether it is surely not there; false where the browser cannot say. */
  lacks(key: string): Promise<boolean>;
  /** Values whose key begins so, in the order of their keys. */
  all(prefix: string): Promise<unknown[]>;
  set(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
}

/** The page itself, kept for when the hub is away. */
export interface Copy {
  /** Why the browser does not keep it here; null where it does. */
  readonly whyNot: string | null;
  keep(onNewer: () => void): Promise<void>;
  look(): void;
  use(): void;
}

export interface Wakes {
  /** A connection made before is worth nothing. */
  onNewNetwork(): void;
  /** Somebody looks at the page: a connection is worth a look too. */
  onLooked(): void;
}
