// @ts-check
/** @import { Project } from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { plural } from "../format.js";
import { plusMenu, tabMenu } from "../frame/row-menu.js";
import { fitTabs, hiddenTabs } from "../frame/tab-room.js";
import { openTabs } from "../frame/tabs.js";
import { h, keyed, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { waitingByProject } from "../select.js";

/** One tab a project; each leads back to what was read in it. Those that do not fit are in a menu. */
class ProjectTabs extends PilotElement {
  build() {
    this.list = h("div", { class: "tablist", role: "tablist", "aria-label": "Projects" });
    this.list.addEventListener("keydown", (event) => this.#onKey(event));
    this.list.addEventListener("dragover", (event) => this.#onDragOver(event));
    this.rest = h("button", {
      type: "button",
      class: "link rest",
      "aria-haspopup": "menu",
      on: {
        click: () =>
          this.#menu("Other projects", () => hiddenTabs(this.#tabs, (id) => this.actions.frame.openTab(id)), this.rest),
      },
    });
    this.plus = h(
      "button",
      {
        type: "button",
        class: "icon-button plus-button",
        "aria-label": "Open a project",
        title: "Open a project",
        "aria-haspopup": "menu",
        on: { click: () => this.#menu("Open", () => plusMenu(this.store, this.actions), this.plus) },
      },
      icon("plus"),
    );
    this.show = h(
      "button",
      {
        type: "button",
        class: "icon-button show-list",
        "aria-label": "Show the list",
        title: "Show the list",
        on: { click: () => this.#showList() },
      },
      icon("panel"),
    );
    this.append(this.show, this.list, this.rest, this.plus);
    this.resize = new ResizeObserver(() => this.#fit());
  }

  connectedCallback() {
    super.connectedCallback();
    this.resize?.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.resize?.disconnect();
  }

  render() {
    const { projects, sessions, asks, marks, viewer, agents } = this.data;
    if (!this.changed(projects, sessions, asks, marks, viewer, agents, this.ui.projectId, this.ui.tabs) || !this.list)
      return;
    const waiting = waitingByProject(this.data);
    if (this.plus) this.plus.hidden = !plusMenu(this.store, this.actions).length;
    if (this.show) setAttribute(this.show, "data-waiting", Object.keys(waiting).length > 0);
    keyed(
      this.list,
      openTabs(this.data, this.ui, Date.now()),
      (project) => project.id,
      (project) => this.#make(project.id),
      (tab, project) => this.#update(tab, project, waiting[project.id] ?? 0),
    );
    this.#fit();
  }

  #fit() {
    if (this.list && this.rest) fitTabs(this.list, this.#tabs, this.rest);
  }

  #showList() {
    if (matchMedia("(width > 960px)").matches) this.actions.frame.fold("rail");
    else this.actions.frame.showDrawer(true);
  }

  /** @param {string} id */
  #make(id) {
    const close = h("span", { class: "close", "aria-hidden": "true", title: "Close" }, icon("cross"));
    const tab = h(
      "button",
      { type: "button", role: "tab", draggable: "true", "data-project": id, "aria-keyshortcuts": "Delete" },
      h("span", { class: "name" }),
      h("span", { class: "badge", "aria-hidden": "true" }),
      close,
    );
    tab.addEventListener("click", (event) => {
      const closes = event.target instanceof Element && event.target.closest(".close");
      if (closes) this.actions.frame.closeTab(id);
      else this.actions.frame.openTab(id);
    });
    tab.addEventListener("auxclick", (event) => event.button === 1 && this.actions.frame.closeTab(id));
    tab.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      const at = { x: event.clientX, y: event.clientY };
      this.#menu(tab.textContent ?? "", () => tabMenu(this.store, this.actions, id), tab, at);
    });
    tab.addEventListener("dragstart", (event) => {
      this.dragged = id;
      event.dataTransfer?.setData("text/plain", "");
    });
    tab.addEventListener("dragend", () => (this.dragged = undefined));
    return tab;
  }

  /** @param {HTMLElement} tab @param {Project} project @param {number} amount */
  #update(tab, project, amount) {
    const [name, badge] = tab.children;
    const current = project.id === this.ui.projectId;
    if (name) setText(name, project.name);
    if (badge) setText(badge, amount ? String(amount) : "");
    if (badge) setAttribute(badge, "hidden", !amount);
    setAttribute(tab, "title", project.directory);
    setAttribute(tab, "aria-selected", String(current));
    setAttribute(tab, "tabindex", current ? "0" : "-1");
    setAttribute(tab, "aria-description", amount ? `${plural(amount, "ask")} waiting` : null);
  }

  /**
   * @param {string} label
   * @param {() => import("../types").MenuItem[]} items
   * @param {HTMLElement | undefined} from
   * @param {{ x: number, y: number }} [at]
   */
  #menu(label, items, from, at) {
    this.actions.frame.openMenu(label, items, { from: from ?? this, at });
  }

  /** @param {DragEvent} event */
  #onDragOver(event) {
    const over = event.target instanceof Element ? event.target.closest("[data-project]") : null;
    const id = over?.getAttribute("data-project");
    if (!this.dragged || !id) return;
    event.preventDefault();
    if (id !== this.dragged) this.actions.frame.moveTab(this.dragged, id);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const tabs = this.#tabs.filter((tab) => !tab.hidden);
    const at = tabs.findIndex((tab) => tab.matches(":focus"));
    const id = tabs[at]?.dataset.project;
    if (!id || (!step && event.key !== "Delete")) return;
    event.preventDefault();
    if (!step) return this.actions.frame.closeTab(id);
    if (event.altKey && event.shiftKey) {
      this.actions.frame.shiftTab(id, step);
      return requestAnimationFrame(() => this.#tabs.find((tab) => tab.dataset.project === id)?.focus());
    }
    const next = tabs[(at + step + tabs.length) % tabs.length];
    next?.focus();
    next?.click();
  }

  get #tabs() {
    return [...(this.list?.querySelectorAll("button") ?? [])];
  }

  /** @type {string | undefined} the project whose tab is being dragged */ dragged;
}

define("project-tabs", ProjectTabs);
