// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { ChangedFile } from "./changed-file.js"
 * @import { ChangesList } from "./changes-list.js"
 */
import { define } from "../element.js";
import { h } from "../html.js";

const AHEAD = "900px"; // what is this near is drawn before it is seen

/** All files of a diff in one scroll; drawn as they come near, so that two hundred open as fast as two. */
export class ChangesView extends HTMLElement {
  /** @type {ChangedFile[]} */ files = [];
  index = 0;

  /** @param {P.FileDiff[]} files @param {string} directory @param {boolean} beside */
  show(files, directory, beside) {
    this.#watcher?.disconnect();
    // SAFETY: the elements registered under those names
    this.list = /** @type {ChangesList} */ (document.createElement("changes-list"));
    this.scroller = h("div", { class: "changes-files", tabindex: "-1" });
    this.list.onPick = (index) => this.go(index);
    this.list.show(files, directory);
    this.replaceChildren(this.list, this.scroller);
    this.files = files.map((file) => {
      const element = /** @type {ChangedFile} */ (document.createElement("changed-file"));
      this.scroller?.append(element);
      element.show(file, directory, beside);
      return element;
    });
    this.scroller.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    this.#watch(this.scroller);
    this.list.mark(0);
  }

  disconnectedCallback() {
    this.#watcher?.disconnect();
  }

  /** @param {boolean} beside */
  setBeside(beside) {
    for (const file of this.files) file.setBeside(beside);
  }

  /** @param {number} step */
  step(step) {
    this.go(Math.min(this.files.length - 1, Math.max(0, this.index + step)));
  }

  /** @param {number} index */
  go(index) {
    const file = this.files[index];
    if (!file) return;
    this.#going = true;
    file.draw();
    file.scrollIntoView({ block: "start" });
    file.focus({ preventScroll: true });
    this.#mark(index);
    requestAnimationFrame(() => requestAnimationFrame(() => (this.#going = false)));
  }

  /** @type {IntersectionObserver | null} */ #watcher = null;
  #going = false;

  /** @param {HTMLElement} root */
  #watch(root) {
    if (!("IntersectionObserver" in window)) return;
    this.#watcher = new IntersectionObserver(
      (seen) => {
        for (const { target, isIntersecting } of seen) if (isIntersecting) /** @type {ChangedFile} */ (target).draw(); // SAFETY: only these are watched
      },
      { root, rootMargin: `${AHEAD} 0px` },
    );
    for (const file of this.files) this.#watcher.observe(file);
  }

  #onScroll() {
    if (this.#going || !this.scroller) return;
    const top = this.scroller.scrollTop + 60;
    const base = this.scroller.offsetTop;
    const next = this.files.findIndex((file) => file.offsetTop - base > top);
    this.#mark(next < 0 ? this.files.length - 1 : Math.max(0, next - 1));
  }

  /** @param {number} index */
  #mark(index) {
    if (index !== this.index) this.list?.mark(index);
    this.index = index;
  }
}

define("changes-view", ChangesView);
