// @ts-check
/** @import { Menu, MenuItem } from "../types" */
import { define, PilotElement } from "../element.js";
import { swipeAway } from "../frame/swipe.js";
import { h, setAttribute } from "../html.js";
import { icon } from "../icons.js";

const EDGE = 8; // px between a menu and the window's edge

/** The one menu: where it was asked for, or at the bottom of a phone; by keyboard as menus are. */
class ActionMenu extends PilotElement {
  build() {
    this.list = h("div", { class: "menu", role: "menu", popover: "auto" });
    this.list.addEventListener("toggle", (event) => {
      if ("newState" in event && event.newState === "closed" && this.shown) this.#left();
    });
    this.list.addEventListener("keydown", (event) => this.#onKey(event));
    swipeAway(this.list, "down", () => this.actions.frame.closeMenu());
    this.append(this.list);
  }

  render() {
    const { menu } = this.ui;
    if (!this.list || menu === this.shown) return;
    this.shown = menu;
    if (!menu) return this.list.hidePopover?.();
    this.#fill(menu);
    this.list.showPopover?.();
    this.#place(menu);
    this.#items[0]?.focus();
  }

  /** @param {Menu} menu */
  #fill(menu) {
    if (!this.list) return;
    setAttribute(this.list, "aria-label", menu.label);
    this.list.replaceChildren(...menu.items().flatMap((item) => this.#entry(menu, item)));
  }

  /** @param {Menu} menu @param {MenuItem} item */
  #entry(menu, item) {
    const checks = item.checked !== undefined;
    const props = {
      type: "button",
      role: checks ? "menuitemcheckbox" : "menuitem",
      "aria-checked": checks ? String(item.checked) : null,
      "aria-disabled": item.disabled ? "true" : null,
      "data-grave": item.grave,
      tabindex: "-1",
      on: { click: () => item.disabled || this.#choose(menu, item) },
    };
    const sign = checks ? h("span", { class: "sign" }, item.checked ? icon("check") : null) : null;
    const hint = item.hint ? h("small", null, item.hint) : null;
    const button = h("button", props, sign, h("span", null, item.label), hint);
    return item.apart ? [h("hr"), button] : [button];
  }

  /** @param {Menu} menu @param {MenuItem} item */
  #choose(menu, item) {
    if (item.checked === undefined) this.#close();
    item.run();
    if (item.checked === undefined) return;
    const at = this.#at;
    this.#fill(menu);
    this.#items[at]?.focus();
  }

  /** It was closed by a press elsewhere. */
  #left() {
    if (this.ui.menu === this.shown) this.actions.frame.closeMenu();
  }

  #close() {
    const from = this.shown?.from;
    this.actions.frame.closeMenu();
    if (from?.isConnected) from.focus({ preventScroll: true });
  }

  /** @param {Menu} menu */
  #place({ at }) {
    if (!this.list) return;
    const { offsetWidth, offsetHeight } = this.list;
    const left = Math.max(EDGE, Math.min(at.x, innerWidth - offsetWidth - EDGE));
    const top = Math.max(EDGE, Math.min(at.y, innerHeight - offsetHeight - EDGE));
    this.list.style.setProperty("--left", `${left}px`);
    this.list.style.setProperty("--top", `${top}px`);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const items = this.#items;
    const at = this.#at;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") this.#close();
    else if (to !== undefined) items.at(to % items.length)?.focus();
    else if (event.key.length === 1 && event.key !== " ") this.#startingWith(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {string} letter */
  #startingWith(letter) {
    const begins = (/** @type {HTMLElement} */ item) => item.textContent?.trim().toLowerCase().startsWith(letter);
    const items = this.#items;
    [...items.slice(this.#at + 1), ...items].find(begins)?.focus();
  }

  get #items() {
    return [...(this.list?.querySelectorAll("button") ?? [])];
  }

  get #at() {
    return this.#items.findIndex((item) => item.matches(":focus"));
  }

  /** @type {Menu | null} */ shown = null;
}

define("action-menu", ActionMenu);
