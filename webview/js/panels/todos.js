// @ts-check
/** An agent's own plan, as it is shown. @import * as P from "../protocol.gen" */
import { h } from "../html.js";
import { icon } from "../icons.js";

/** How far it is, and what is done now: "3/7", "Write the test". @param {P.Todo[]} todos */
export function progressOf(todos) {
  const counted = todos.filter((todo) => todo.status !== "cancelled");
  const done = counted.filter((todo) => todo.status === "completed").length;
  const current =
    todos.find((todo) => todo.status === "in_progress") ?? todos.find((todo) => todo.status === "pending");
  return { done, total: counted.length, current: current?.text ?? "" };
}

/** @param {P.Todo[]} todos */
export function todoList(todos) {
  return h("ul", { class: "todos" }, ...todos.map(todoLine));
}

/** @param {P.Todo} todo */
function todoLine({ status, text }) {
  const mark = h("span", { class: "mark-todo", role: "img", "aria-label": SAID[status] });
  if (status === "completed") mark.append(icon("check"));
  return h("li", { class: "todo", "data-status": status }, mark, h("span", null, text));
}

const SAID = { pending: "to do", in_progress: "doing", completed: "done", cancelled: "dropped" };
