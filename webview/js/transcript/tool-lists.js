// @ts-check
/**
 * Lists in the arguments of a tool, read with care: an agent may put anything there. Pure.
 * @import * as P from "../protocol.gen"
 * @typedef {{ text: string, status: string }} ListedTodo
 * @typedef {{ question: string, options: string[] }} ListedQuestion
 */

/** @param {P.ToolItem} item @returns {ListedTodo[]} */
export function todosOf(item) {
  const listed = listIn(item.input, "todos") ?? listIn(item.input, "plan") ?? [];
  return listed.map((todo) => ({
    text: fieldOf(todo, "content") ?? fieldOf(todo, "text") ?? fieldOf(todo, "step") ?? "",
    status: fieldOf(todo, "status") ?? "pending",
  }));
}

/** @param {P.ToolItem} item @returns {ListedQuestion[]} */
export function questionsOf(item) {
  return (listIn(item.input, "questions") ?? [])
    .map((one) => ({
      question: fieldOf(one, "question") ?? fieldOf(one, "header") ?? "",
      options: (listIn(one, "options") ?? []).map((option) => fieldOf(option, "label") ?? "").filter(Boolean),
    }))
    .filter((one) => one.question);
}

/** @param {unknown} value @param {string} name @returns {unknown[] | undefined} */
function listIn(value, name) {
  const found = fieldIn(value, name);
  return Array.isArray(found) ? found : undefined;
}

/** @param {unknown} value @param {string} name */
function fieldOf(value, name) {
  const found = fieldIn(value, name);
  return typeof found === "string" && found ? found : undefined;
}

/** @param {unknown} value @param {string} name @returns {unknown} */
function fieldIn(value, name) {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
