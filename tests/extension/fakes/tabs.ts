/** Editor tabs, as far as they can be seen and closed. */
import { EventEmitter } from "./events";
import type { Uri } from "./uri";

export class TabInputText {
  constructor(readonly uri: Uri) {}
}

export class TabInputTextDiff {
  constructor(
    readonly original: Uri,
    readonly modified: Uri,
  ) {}
}

export interface Tab {
  label: string;
  input: unknown;
  isPinned: boolean;
}

/** One group; the last opened tab is in front. */
export class Tabs {
  readonly #changed = new EventEmitter<unknown>();
  readonly #groups = new EventEmitter<unknown>();
  readonly onDidChangeTabs = this.#changed.event;
  readonly onDidChangeTabGroups = this.#groups.event;
  tabs: Tab[] = [];

  get activeTabGroup(): { activeTab: Tab | undefined } {
    return { activeTab: this.tabs.at(-1) };
  }

  get all(): { tabs: Tab[] }[] {
    return [{ tabs: this.tabs }];
  }

  open(label: string, input: unknown, isPinned = false): Tab {
    const tab = { label, input, isPinned };
    this.tabs.push(tab);
    this.#changed.fire(undefined);
    return tab;
  }

  async close(gone: readonly Tab[]): Promise<boolean> {
    this.tabs = this.tabs.filter((tab) => !gone.includes(tab));
    this.#changed.fire(undefined);
    return true;
  }
}
