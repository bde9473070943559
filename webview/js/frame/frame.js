// @ts-check
/**
 * @import { Filter, MenuItem, Ui } from "../types"
 * @import { Store } from "../store.js"
 * @import { Tools } from "../actions.js"
 * @import { Router } from "../router.js"
 * @import { Undoing } from "./undoing.js"
 */
import { attempt } from "../attempts.js";
import { splitPlace } from "../router.js";
import { NO_FILTER } from "./filtering.js";
import { chosenTab, movedTo, openTabs } from "./tabs.js";
import { WIDE_ENOUGH } from "./wide.js";

/** The page's frame: columns, tabs, menus, the filter of the list, sessions side by side. */
export class Frame {
  /** @param {Tools} tools @param {Undoing} undoing @param {() => Router | null} router */
  constructor(tools, undoing, router) {
    this.tools = tools;
    this.store = tools.store;
    this.undoing = undoing;
    this.router = router;
  }

  /** @param {keyof Ui["folded"]} column */
  fold(column) {
    const { folded } = this.store.ui;
    this.store.setUi({ folded: { ...folded, [column]: !folded[column] } });
  }

  /** @param {boolean} drawer */
  showDrawer(drawer) {
    this.store.setUi({ drawer });
  }

  /**
   * Open a menu at what was pressed, or where the pointer is.
   * @param {string} label
   * @param {() => MenuItem[]} items
   * @param {{ from: HTMLElement, at?: { x: number, y: number } | undefined }} place
   */
  openMenu(label, items, { from, at }) {
    const box = from.getBoundingClientRect();
    this.store.setUi({ menu: { label, items, from, at: at ?? { x: box.left, y: box.bottom + 2 } } });
  }

  closeMenu() {
    this.store.setUi({ menu: null });
  }

  /** The back gesture took away what lay over the page. */
  uncover() {
    this.store.setUi({ sheet: null, menu: null, drawer: false });
  }

  /** @param {Partial<Filter>} change */
  filterBy(change) {
    const filter = { ...this.store.ui.filter, ...change };
    const { projectId, filters } = this.store.ui;
    this.store.setUi({ filter, filters: projectId ? { ...filters, [projectId]: filter } : filters });
  }

  clearFilter() {
    this.filterBy(NO_FILTER);
    this.store.setUi({ found: null });
  }

  /** A project's tab: what was read there last, filtered as it was. @param {string} id */
  openTab(id) {
    const { filters } = this.store.ui;
    this.store.setUi({ filter: filters[id] ?? NO_FILTER, found: null });
    this.router()?.go({ name: "project", id });
  }

  /** @param {string} id */
  closeTab(id) {
    const { tabs, projectId } = this.store.ui;
    const shown = this.#tabIds();
    const next = shown[shown.indexOf(id) + 1] ?? shown[shown.indexOf(id) - 1];
    this.store.setUi({ tabs: { ...tabs, closed: { ...tabs.closed, [id]: Date.now() } } });
    if (projectId === id) {
      this.store.setUi({ projectId: null });
      if (next) this.openTab(next);
      else this.router()?.go({ name: "list" });
    }
    const name = this.store.data.projects[id]?.name ?? "The project";
    this.undoing.offer(`${name} was closed. It comes back when something begins there.`, () => {
      this.#forgetClosed(id);
      if (projectId === id) this.openTab(id);
    });
  }

  /** @param {string} id @param {string} beside the tab whose place it takes */
  moveTab(id, beside) {
    const { tabs } = this.store.ui;
    this.store.setUi({ tabs: { ...tabs, order: movedTo(this.#tabIds(), id, beside) } });
  }

  /** @param {string} id @param {number} step */
  shiftTab(id, step) {
    const ids = this.#tabIds();
    const beside = ids[ids.indexOf(id) + step];
    if (beside) this.moveTab(id, beside);
  }

  /** @param {string} directory @returns {Promise<boolean>} whether the folder has a tab now */
  openFolder(directory) {
    return attempt(this.store, async () => {
      const project = await this.tools.channel.call("projects.open", { directory });
      this.store.setData({ ...this.store.data, projects: { ...this.store.data.projects, [project.id]: project } });
      this.store.setUi({ sheet: null });
      this.#forgetClosed(project.id);
      this.openTab(project.id);
    });
  }

  /** Show a session beside those in view. @param {string} id */
  openBeside(id) {
    const { split, sessionId } = this.store.ui;
    const shown = split.length ? split : sessionId ? [sessionId] : [];
    if (shown.includes(id)) return this.focusColumn(id);
    this.store.setUi({ sessionId: id });
    this.router()?.go(splitPlace([...shown, id]));
  }

  get hasColumns() {
    return this.store.ui.split.length > 1 && matchMedia(WIDE_ENOUGH).matches;
  }

  /** @param {string} id */
  closeColumn(id) {
    this.router()?.go(splitPlace(this.store.ui.split.filter((other) => other !== id)));
  }

  /** @param {string} sessionId */
  focusColumn(sessionId) {
    if (this.store.ui.sessionId === sessionId) return;
    const projectId = this.store.data.sessions[sessionId]?.projectId ?? this.store.ui.projectId;
    this.store.setUi({ sessionId, projectId, finding: false });
  }

  /** @param {number} step */
  stepColumn(step) {
    const { split, sessionId } = this.store.ui;
    const next = split[(split.indexOf(sessionId ?? "") + step + split.length) % split.length];
    if (!next) return;
    this.focusColumn(next);
    const column = [...document.querySelectorAll(".column")].find((one) => one.getAttribute("data-column") === next);
    const field = column?.querySelector("prompt-composer textarea:not(:disabled)") ?? column?.querySelector(".log");
    if (field instanceof HTMLElement) field.focus();
  }

  /** The hub's picture, anew. */
  refresh() {
    return this.tools.sync.lookAgain();
  }

  /** @param {string} id */
  #forgetClosed(id) {
    this.store.setUi({ tabs: chosenTab(this.store.data, this.store.ui, id) });
  }

  #tabIds() {
    return openTabs(this.store.data, this.store.ui, Date.now()).map((project) => project.id);
  }
}

/** What the hub does may be different once somebody saved settings. @param {Store} store @param {{ frame: Frame }} actions */
export function lookAgainAfterSettings(store, actions) {
  let seen = store.ui.settingsChanged;
  store.subscribe(() => {
    if (store.ui.settingsChanged === seen) return;
    seen = store.ui.settingsChanged;
    void actions.frame.refresh();
  });
}
