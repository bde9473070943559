// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { SessionAbilities } from "./session-abilities.js"
 */
import { define, PilotElement } from "../element.js";
import { count, dollars, short, within } from "../format.js";
import { h } from "../html.js";
import { icon } from "../icons.js";

/** Quiet column of facts about the open session. */
class SessionSide extends PilotElement {
  shown = "";

  build() {
    this.setAttribute("role", "complementary");
    this.setAttribute("aria-label", "About this session");
    this.facts = h("div");
    // SAFETY: the element registered under that name
    this.abilities = /** @type {SessionAbilities} */ (document.createElement("session-abilities"));
    this.append(this.facts, this.abilities);
  }

  render() {
    const session = this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
    if (!session || !this.changed(session.usage, session.files, session.todos, session.id, session.model)) return;
    const parts = [context(session.usage), cost(session.usage), this.#files(session), todos(session.todos)];
    this.facts?.replaceChildren(...parts.filter((part) => part !== null));
    if (session.id !== this.shown) this.abilities?.begin(!this.facts?.childElementCount);
    this.shown = session.id;
  }

  /** @param {P.Session} session */
  #files(session) {
    if (!session.files.length) return null;
    const open = () => this.actions.showSheet("diff");
    const rows = session.files.map((file) =>
      h(
        "button",
        { type: "button", class: "kv file", title: file.path, on: { click: open } },
        h("span", null, within(file.path, session.directory)),
        amount(file),
      ),
    );
    return part("Files changed", ...rows);
  }
}

/** @param {P.Usage} usage */
function context(usage) {
  if (!usage.contextTokens) return null;
  const share = usage.contextLimit ? usage.contextTokens / usage.contextLimit : null;
  const bar =
    share === null
      ? null
      : h(
          "div",
          {
            class: "bar",
            role: "img",
            "aria-label": `${percent(share)} of the context used`,
            "data-full": share > 0.8,
          },
          h("i", { style: { width: `${Math.min(100, share * 100)}%` } }),
        );
  const told = share === null ? "" : `${percent(share)} of ${short(usage.contextLimit ?? 0)}`;
  return part("Context", bar, fact(told || "Used", `${count(usage.contextTokens)} tokens`));
}

/** @param {P.Usage} usage */
function cost(usage) {
  const tokens = usage.inputTokens + usage.outputTokens + usage.reasoningTokens;
  if (!tokens && !usage.costUsd) return null;
  return part(
    "Cost",
    usage.costUsd ? fact("This session", dollars(usage.costUsd)) : null,
    fact("Input", short(usage.inputTokens)),
    fact("Output", short(usage.outputTokens + usage.reasoningTokens)),
    usage.cacheReadTokens ? fact("From cache", short(usage.cacheReadTokens)) : null,
  );
}

/** @param {P.Todo[]} todos */
function todos(todos) {
  if (!todos.length) return null;
  const rows = todos.map((todo) =>
    h("li", { class: "todo", "data-status": todo.status }, sign(todo.status), h("span", null, todo.text)),
  );
  return part("To do", h("ul", null, ...rows));
}

/** @param {P.Todo["status"]} status */
function sign(status) {
  const mark = h("span", { class: "mark-todo", role: "img", "aria-label": status.replace("_", " ") });
  if (status === "completed") mark.append(icon("check"));
  return mark;
}

/** @param {string} title @param {...(Node | null)} children */
function part(title, ...children) {
  return h("section", null, h("h2", null, title), ...children);
}

/** @param {string} name @param {string} value */
function fact(name, value) {
  return h("div", { class: "kv" }, h("span", null, name), h("span", null, value));
}

/** @param {P.FileDiff} file */
function amount(file) {
  const added = file.additions ? h("span", { class: "plus" }, `+${file.additions}`) : null;
  return h("span", null, added, " ", file.deletions ? h("span", { class: "minus" }, `−${file.deletions}`) : null);
}

/** @param {number} share */
function percent(share) {
  return `${Math.round(share * 100)} %`;
}

define("session-side", SessionSide);
