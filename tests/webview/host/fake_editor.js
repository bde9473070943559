// @ts-check
/** @import { ToPage } from "../../../webview/js/host/messages" */
import { FakeWorld } from "../fake_world.js";

/** VS Code around a page: what the page said, what it kept, and a way to talk to it. */
export class FakeEditor {
  /** @type {any[]} */ said = [];
  /** @type {any} */ kept;
  world = new FakeWorld();
  /** @type {Map<string, (event: object) => void>} */ #listeners = new Map();

  /** @param {any} [kept] */
  constructor(kept) {
    this.kept = kept;
  }

  acquireVsCodeApi = () => ({
    postMessage: (/** @type {any} */ message) => this.said.push(message),
    getState: () => this.kept,
    setState: (/** @type {any} */ state) => {
      this.kept = structuredClone(state);
    },
  });

  /** The window that `vscodeHost` is given. @returns {any} */
  get window() {
    return {
      origin: "vscode-webview://here",
      acquireVsCodeApi: this.acquireVsCodeApi,
      setTimeout: this.world.setTimeout,
      clearTimeout: this.world.clearTimeout,
      addEventListener: (/** @type {string} */ type, /** @type {any} */ listener) => {
        this.#listeners.set(type, listener);
      },
    };
  }

  /** @param {ToPage} data @param {string} [origin] */
  say(data, origin = "vscode-webview://here") {
    this.#listeners.get("message")?.({ data, origin });
  }

  /** Somebody does something in the page. @param {string} type */
  feel(type) {
    this.#listeners.get(type)?.({ type });
  }

  /** @param {string} type */
  of(type) {
    return this.said.filter((message) => message.type === type);
  }
}
