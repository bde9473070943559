// @ts-check
/**
 * The base of all elements: finds the store above it, draws on change, remembers what it drew.
 *
 * @import { Store } from "./store.js"
 * @import { Actions } from "./actions.js"
 * @import { Ui } from "./types"
 * @typedef {{ store: Store, actions: Actions, sessionId?: string }} Context with a session: everything below shows that one
 */

/** @type {WeakMap<Node, Context>} */
const contexts = new WeakMap();

/**
 * Give everything below `root` its store and actions.
 * @param {Node} root
 * @param {Context} context
 */
export function provide(root, context) {
  contexts.set(root, context);
}

/** @param {Node} node @returns {Context} */
function contextOf(node) {
  for (let at = /** @type {Node | null} */ (node); at; at = at.parentNode) {
    const context = contexts.get(at);
    if (context) return context;
  }
  throw new Error(`<${node.nodeName.toLowerCase()}> needs a parent with a store`);
}

/** @type {WeakMap<Ui, Map<string, Ui>>} */
const columns = new WeakMap();

/** What the page shows, as a column sees it that shows one session. @param {Ui} ui @param {string} sessionId */
function columnUi(ui, sessionId) {
  const made = columns.get(ui) ?? new Map();
  columns.set(ui, made);
  /** @type {Ui} */ const known = made.get(sessionId) ?? { ...ui, sessionId, column: true };
  made.set(sessionId, known);
  return known;
}

export class PilotElement extends HTMLElement {
  /** @type {Context | null} */ #context = null;
  /** @type {readonly unknown[] | null} */ #drawn = null;
  #built = false;
  /** @type {() => void} */ #stop = () => {};

  connectedCallback() {
    this.#context = contextOf(this);
    if (!this.#built) this.build();
    this.#built = true;
    this.#stop = this.store.subscribe(() => this.render());
    this.#drawn = null;
    this.render();
  }

  disconnectedCallback() {
    this.#stop();
  }

  /** Make the children that stay; called once. */
  build() {}

  /** Bring the children up to date; called after every change of the store. */
  render() {}

  get store() {
    return this.context.store;
  }

  get actions() {
    return this.context.actions;
  }

  get data() {
    return this.store.data;
  }

  get ui() {
    const { store, sessionId } = this.context;
    return sessionId === undefined ? store.ui : columnUi(store.ui, sessionId);
  }

  /** Whether keys are for what is here: of several columns one has them. */
  get isInHand() {
    return !this.ui.column || this.store.ui.sessionId === this.ui.sessionId;
  }

  get context() {
    if (!this.#context) throw new Error(`<${this.localName}> is not connected`);
    return this.#context;
  }

  /**
   * Whether anything a drawing depends on is new since the last time.
   * @param {...unknown} inputs
   */
  changed(...inputs) {
    const same =
      this.#drawn?.length === inputs.length && inputs.every((input, i) => Object.is(input, this.#drawn?.[i]));
    if (!same) this.#drawn = inputs;
    return !same;
  }
}

/**
 * @param {string} name
 * @param {CustomElementConstructor} type
 */
export function define(name, type) {
  if (!customElements.get(name)) customElements.define(name, type);
}
