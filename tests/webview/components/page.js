// @ts-check
import "../../../webview/js/components/all.js";
import "../../../webview/js/later.js";
import { provide } from "../../../webview/js/element.js";
import { emptyState, fromSnapshot } from "../../../webview/js/reduce.js";
import { Store } from "../../../webview/js/store.js";
import { snapshot } from "../samples.js";

/**
 * A page with one element on it, a store of its own, and actions that only remember what was asked of them.
 * @param {string} name
 * @param {Parameters<typeof snapshot>[0]} [change]
 * @param {Record<string, any>} [answers] what actions give back, by their name
 */
export function page(name, change, answers = {}) {
  const store = new Store((callback) => callback());
  store.setData(fromSnapshot(emptyState(), snapshot(change)));
  store.setUi({ phase: "ready", connection: { state: "open" }, sessionId: "s1", projectId: "p1", view: "session" });
  /** @type {any[][]} */ const asked = [];
  const drafts = new Map();
  const known = {
    editor: null,
    starting: { last: answers["starting.last"] },
    drafts: { get: (/** @type {string} */ id) => drafts.get(id) ?? "", set: drafts.set.bind(drafts) },
  };
  const standIn = (/** @type {string} */ action) => {
    const called = (/** @type {any[]} */ ...params) => {
      asked.push([action, ...params]);
      const answer = answers[action] ?? (action === "options" ? { modes: [], models: [] } : null);
      return Promise.resolve(typeof answer === "function" ? answer(...params) : answer);
    };
    // a part of actions: page("…", {}, { "composing.mentions": … })
    return new Proxy(called, {
      get: (_called, part) => answers[`${action}.${String(part)}`] ?? standIn(`${action}.${String(part)}`),
    });
  };
  const actions = new Proxy(known, {
    // SAFETY: a property of the target or a stand-in
    get: (target, action) => /** @type {any} */ (target)[action] ?? standIn(String(action)),
  });
  const root = document.createElement("div");
  // SAFETY: the elements call nothing the stand-in does not have
  provide(root, { store, actions: /** @type {any} */ (actions) });
  const element = document.createElement(name);
  root.append(element);
  document.body.replaceChildren(root);
  return { store, asked, element, root };
}

/** @param {ParentNode} parent @param {string} name accessible name of a button */
export function button(parent, name) {
  const found = [...parent.querySelectorAll("button")].find((one) =>
    (one.getAttribute("aria-label") ?? one.textContent ?? "").startsWith(name),
  );
  if (!found) throw new Error(`no button "${name}" in ${parent.textContent}`);
  return found;
}
