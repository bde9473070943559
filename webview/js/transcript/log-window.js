// @ts-check
/**
 * Draws the part of a long log that is in sight, and keeps what is read where it is.
 *
 * What is above and below is padding, as tall as it was or is thought to be. While somebody scrolls, a wrong guess is
 * taken up by the padding; it is put right when the log is at rest, because setting the place would end the motion.
 *
 * @import { Line } from "./lines.js"
 * @typedef {{ key: string, index: number, offset: number }} Anchor a line, and how far below the log's upper edge it begins
 */
import { Heights, keyOfLine } from "./heights.js";

const LOG_END = 40; // px
const LOG_REST = 160; // ms without scrolling
const LOG_FIRST = 1.15; // screens drawn at first, so that something is there at once
const LOG_READY = 1.5; // screens kept ready above and below
const LOG_MOST = 400; // lines, while a selection holds on to them

export class LogWindow {
  heights = new Heights();
  following = true;
  /** @type {readonly Line[]} */ entries = [];
  from = 0;
  to = 0;
  /** @type {Anchor | null} */ #held = null;
  #first = true; // nothing is painted yet
  #soon = false;
  #width = 0;
  #lastTop = 0;
  #resting = 0;
  #moving = false;

  /**
   * @param {HTMLElement} log what scrolls
   * @param {HTMLElement} lines the parent of the lines
   * @param {(lines: readonly Line[]) => void} draw makes the children of `lines` match
   * @param {{ moved: () => void, rested: () => void }} tell
   */
  constructor(log, lines, draw, tell) {
    this.log = log;
    this.lines = lines;
    this.draw = draw;
    this.tell = tell;
    this.resize = new ResizeObserver(() => this.#resized());
  }

  connect() {
    this.log.addEventListener("scroll", this.#onScroll, { passive: true });
    this.resize.observe(this.lines);
    this.resize.observe(this.log);
  }

  disconnect() {
    this.log.removeEventListener("scroll", this.#onScroll);
    this.resize.disconnect();
    clearTimeout(this.#resting);
  }

  /** Another session: begin at its end, or where it was left. @param {Anchor | null} place */
  reset(place) {
    this.heights.clear();
    this.entries = [];
    this.#held = place;
    this.following = !place;
    this.#first = true;
    this.from = this.to = 0;
    this.lines.replaceChildren();
    this.#pad(0, 0);
  }

  /** Where the reader is; null at the end. */
  get place() {
    return this.following ? null : this.#held;
  }

  /** Id of the first line in sight. */
  get firstInView() {
    const edge = this.log.getBoundingClientRect().top;
    const seen = [...this.lines.children].findIndex((line) => line.getBoundingClientRect().bottom > edge + 1);
    return this.entries[this.from + Math.max(0, seen)]?.id;
  }

  /** @param {readonly Line[]} entries */
  show(entries) {
    this.entries = entries;
    this.#settle();
    if (!entries.length || !this.#first || this.#soon) return;
    this.#soon = true;
    requestAnimationFrame(() => setTimeout(() => this.#ready()));
  }

  /** What is in sight is painted: now what is near. */
  #ready() {
    this.#first = this.#soon = false;
    this.#settle();
  }

  toEnd() {
    this.following = true;
    this.#settle();
    this.tell.moved();
  }

  toStart() {
    this.reveal(0, 0);
  }

  /** @param {number} index @param {number} [offset] px below the upper edge; else in the middle */
  reveal(index, offset = this.log.clientHeight / 3) {
    const line = this.entries[index];
    if (!line) return;
    this.following = false;
    this.#held = { key: keyOfLine(line), index, offset };
    this.#settle();
    this.tell.moved();
  }

  /** @param {number} px */
  by(px) {
    this.log.scrollTop += px;
  }

  /** Bring the lines up to date around what is read, or at the end. */
  #settle() {
    const anchor = this.following ? null : this.#find(this.#held);
    this.#choose(anchor);
    this.#drawNow();
    this.#put(anchor, false);
  }

  /** @param {Anchor | null} anchor */
  #choose(anchor) {
    const screen = this.log.clientHeight || 800;
    const ready = this.#first ? 0.3 : LOG_READY;
    const { entries, heights } = this;
    const range = anchor
      ? heights.around(entries, anchor.index, anchor.offset + screen * ready, screen * (1 + ready) - anchor.offset)
      : heights.around(entries, entries.length, screen * (this.#first ? LOG_FIRST : 1 + LOG_READY), 0);
    if (this.#selecting() && range.to > this.from && range.from < this.to) {
      range.from = Math.max(Math.min(range.from, this.from), range.to - LOG_MOST);
      range.to = Math.min(Math.max(range.to, this.to), range.from + LOG_MOST, entries.length);
    }
    this.from = range.from;
    this.to = range.to;
  }

  #drawNow() {
    const focused = this.lines.contains(document.activeElement);
    this.draw(this.entries.slice(this.from, this.to));
    if (focused && !this.lines.contains(document.activeElement)) this.log.focus({ preventScroll: true });
    this.#measure();
  }

  #measure() {
    const gap = Number.parseFloat(getComputedStyle(this.lines).rowGap) || 0;
    const drawn = this.lines.children;
    for (let i = this.from; i < this.to; i++) {
      const line = this.entries[i];
      const height = drawn[i - this.from]?.getBoundingClientRect().height;
      if (line && height) this.heights.set(keyOfLine(line), height + gap);
    }
  }

  /** Pad, and put the anchor where it was. @param {Anchor | null} anchor @param {boolean} moving */
  #put(anchor, moving) {
    const { entries, heights, log } = this;
    const above = heights.between(entries, 0, this.from);
    this.#pad(above, heights.between(entries, this.to, entries.length));
    if (!anchor) {
      log.scrollTop = log.scrollHeight;
      this.#lastTop = log.scrollTop;
      return this.#hold();
    }
    const off = this.#offsetOf(anchor.index) - anchor.offset;
    if (Math.abs(off) < 0.5) return;
    if (moving && above - off >= 0) this.#pad(above - off, heights.between(entries, this.to, entries.length));
    else log.scrollTop += off;
    this.#lastTop = log.scrollTop;
  }

  /** @param {number} above @param {number} below */
  #pad(above, below) {
    this.lines.style.paddingTop = `${above}px`;
    this.lines.style.paddingBottom = `${below}px`;
  }

  /** @param {number} index of a line that is drawn */
  #offsetOf(index) {
    const line = this.lines.children[index - this.from];
    return (line?.getBoundingClientRect().top ?? 0) - this.log.getBoundingClientRect().top;
  }

  /** Remember the first line in sight. */
  #hold() {
    const edge = this.log.getBoundingClientRect().top;
    const drawn = [...this.lines.children];
    const seen = drawn.findIndex((line) => line.getBoundingClientRect().bottom > edge + 1);
    const index = this.from + Math.max(0, seen);
    const line = this.entries[index];
    if (line) this.#held = { key: keyOfLine(line), index, offset: this.#offsetOf(index) };
  }

  /** The anchor's line may have moved in the list; if it is gone, its neighbour stands in. @param {Anchor | null} held */
  #find(held) {
    if (!held || !this.entries.length) return null;
    const same = this.entries[held.index];
    if (same && keyOfLine(same) === held.key) return held;
    const index = this.entries.findIndex((line) => keyOfLine(line) === held.key);
    if (index >= 0) return { ...held, index };
    return { ...held, index: Math.min(held.index, this.entries.length - 1) };
  }

  #onScroll = () => {
    const { log } = this;
    const top = log.scrollTop;
    const end = log.scrollHeight - top - log.clientHeight < LOG_END;
    this.following = this.to === this.entries.length && (end || (this.following && top >= this.#lastTop - 1));
    this.#lastTop = top;
    this.#moving = true;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#rest(), LOG_REST);
    if (this.entries.length) this.#follow();
    this.tell.moved();
  };

  /** Draw on where the reader goes. */
  #follow() {
    const { top, bottom } = this.log.getBoundingClientRect();
    const room = (bottom - top) / 2;
    const first = this.lines.firstElementChild?.getBoundingClientRect().top ?? bottom;
    const last = this.lines.lastElementChild?.getBoundingClientRect().bottom ?? top;
    const enough = (first < top - room || this.from === 0) && (last > bottom + room || this.to === this.entries.length);
    if (enough) return this.following ? undefined : this.#hold();
    if (first > bottom || last < top) this.#jumped();
    else this.#hold();
    const anchor = this.#find(this.#held);
    this.#choose(anchor);
    this.#drawNow();
    this.#put(anchor, true);
  }

  /** The reader pulled the bar to where nothing is drawn. */
  #jumped() {
    const padded = this.lines.getBoundingClientRect().top - this.log.getBoundingClientRect().top;
    const { index, offset } = this.heights.at(this.entries, -padded);
    const line = this.entries[index];
    if (line) this.#held = { key: keyOfLine(line), index, offset };
  }

  #rest() {
    this.#moving = false;
    if (!this.following) this.#settle();
    this.tell.rested();
  }

  /** Something grew or the frame changed: what is read stays, or the end does. */
  #resized() {
    const width = this.lines.clientWidth;
    if (width !== this.#width) this.heights.clear();
    this.#width = width;
    if (!this.entries.length || !this.log.clientHeight) return;
    this.#measure();
    this.#put(this.following ? null : this.#find(this.#held), this.#moving);
  }

  #selecting() {
    const selection = getSelection();
    return Boolean(selection && !selection.isCollapsed && this.lines.contains(selection.anchorNode));
  }
}
