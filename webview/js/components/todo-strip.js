// @ts-check
import { define, PilotElement } from "../element.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { progressOf, todoList } from "../panels/todos.js";
import { may } from "../select.js";

/** The pinned plan above the transcript: how far it is and what is done now; unfolds to all of it. */
class TodoStrip extends PilotElement {
  build() {
    this.amount = h("b");
    this.current = h("span", { class: "current" });
    this.fill = h("i");
    this.list = h("div", { class: "todo-strip-list", id: "todo-strip-list", hidden: true });
    this.head = h(
      "button",
      {
        type: "button",
        class: "todo-strip-head",
        "aria-expanded": "false",
        "aria-controls": "todo-strip-list",
        on: { click: () => this.#fold(!this.list?.hidden) },
      },
      h("span", { class: "bar", "aria-hidden": "true" }, this.fill),
      this.amount,
      this.current,
      icon("fold"),
    );
    this.unpin = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        title: "Unpin",
        "aria-label": "Unpin the to-dos",
        on: { click: () => this.#unpin() },
      },
      icon("pin"),
    );
    this.append(h("div", { class: "todo-strip-line" }, this.head, this.unpin), this.list);
    this.addEventListener("keydown", (event) => event.key === "Escape" && !this.list?.hidden && this.#leave(event));
  }

  render() {
    const session = this.#session;
    const shown = Boolean(session?.todos.length && this.data.marks[session.id]?.todosPinned);
    if (!this.changed(session?.id, session?.todos, shown, this.data.viewer) || !this.unpin) return;
    this.hidden = !shown;
    if (!session || !shown) return this.#fold(true);
    const { done, total, current } = progressOf(session.todos);
    setText(/** @type {Element} */ (this.amount), `${done}/${total}`);
    setText(/** @type {Element} */ (this.current), current || "All done");
    this.fill?.style.setProperty("width", `${total ? (done / total) * 100 : 100}%`);
    setAttribute(
      /** @type {Element} */ (this.head),
      "aria-label",
      `To-dos: ${done} of ${total} done. ${current ? `Now: ${current}` : "All done"}`,
    );
    this.unpin.hidden = !may(this.data, "operate");
    this.list?.replaceChildren(todoList(session.todos));
  }

  get #session() {
    return this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
  }

  /** @param {boolean} folded */
  #fold(folded) {
    if (!this.list || !this.head) return;
    this.list.hidden = folded;
    setAttribute(this.head, "aria-expanded", String(!folded));
  }

  /** @param {KeyboardEvent} event */
  #leave(event) {
    event.preventDefault(); // it is for this list, not for the page
    this.#fold(true);
    this.head?.focus();
  }

  #unpin() {
    if (this.#session) void this.actions.facts.pinTodos(this.#session.id, false);
  }
}

define("todo-strip", TodoStrip);
