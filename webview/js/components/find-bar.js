// @ts-check
/**
 * @import { Found } from "../transcript/found.js"
 * @import { Line } from "../transcript/lines.js"
 * @typedef {{ entries: readonly Line[], sessionId: string | null, window?: import("../transcript/log-window.js").LogWindow | undefined, linesElement?: HTMLElement | undefined, goFound: (found: Found) => Promise<HTMLElement | undefined> }} Searched
 */
import { define, PilotElement } from "../element.js";
import { setText } from "../html.js";
import { findParts } from "../transcript/find-parts.js";
import { foundIn, paintFound, withOlder } from "../transcript/found.js";

const FIND_TYPING = 140; // ms

/** Looks for words in the session: in what is here at once, in what is older when the hub answers. */
export class FindBar extends PilotElement {
  /** @type {Found[]} */ #found = [];
  /** @type {import("../protocol.gen").SearchHit[]} */ #older = [];
  #at = -1;
  #round = 0;
  /** @type {Element | null} */ #before = null;

  build() {
    const parts = findParts({ step: (by) => this.step(by), close: () => this.close() });
    this.bar = parts.bar;
    this.field = parts.field;
    this.count = parts.count;
    this.field.addEventListener("input", () => this.#soon());
    this.bar.addEventListener("keydown", (event) => this.#onKey(event));
    this.append(this.bar);
  }

  render() {
    const wanted = this.ui.finding && this.isConnected && this.isInHand;
    if (this.isOpen && wanted && this.searched?.sessionId !== this.#session) this.#lookElsewhere();
    if (!this.bar || wanted !== this.bar.hidden) return;
    if (wanted) this.#open();
    else this.#shut();
  }

  get isOpen() {
    return this.bar?.hidden === false;
  }

  /** Again while it is open: back to the field. */
  open() {
    if (this.isOpen) this.field?.focus();
    this.actions.reading.find(true);
    this.store.flush();
  }

  close() {
    this.actions.reading.find(false);
    this.store.flush();
  }

  /** Go on to the next or the previous place. @param {number} by */
  step(by) {
    if (!this.#found.length) return;
    this.#at = (this.#at + by + this.#found.length) % this.#found.length;
    void this.#goOn();
  }

  #open() {
    if (!this.bar || !this.field || !this.searched) return;
    this.#before = document.activeElement;
    this.#session = this.searched.sessionId;
    this.bar.hidden = false;
    this.field.focus();
    this.field.select();
    const { linesElement } = this.searched;
    if (linesElement) this.watch?.observe(linesElement, { childList: true, subtree: true, characterData: true });
    if (this.field.value) this.#soon();
  }

  /** Another session is in view: the places of the one before are none of it. */
  #lookElsewhere() {
    this.#session = this.searched?.sessionId ?? null;
    this.#found = [];
    this.#tell();
    this.#soon();
  }

  #shut() {
    if (!this.bar) return;
    const focused = this.bar.contains(document.activeElement);
    this.bar.hidden = true;
    this.watch.disconnect();
    this.#round++;
    paintFound(undefined, "", undefined);
    if (!focused) return; // the hand is elsewhere already
    const back = this.#before;
    if (back instanceof HTMLElement && back.isConnected && back !== document.body) back.focus({ preventScroll: true });
    else this.searched?.linesElement?.parentElement?.focus({ preventScroll: true });
  }

  #soon() {
    const round = ++this.#round;
    setTimeout(() => round === this.#round && this.#look(round), FIND_TYPING);
  }

  /** @param {number} round */
  async #look(round) {
    const { searched, field } = this;
    if (!searched || !field) return;
    this.#older = [];
    this.#collect();
    const firstInView = searched.window?.firstInView;
    const first = searched.entries.findIndex((line) => line.id === firstInView);
    const inView = this.#found.findIndex(({ id }) => searched.entries.findIndex((line) => line.id === id) >= first);
    this.#at = inView >= 0 ? inView : this.#found.length - 1;
    if (this.#found.length) void this.#goOn();
    const older = searched.sessionId ? await this.actions.reading.search(searched.sessionId, field.value.trim()) : [];
    if (round !== this.#round || !older.length) return;
    const now = this.#found[this.#at];
    this.#older = older;
    this.#collect();
    this.#at = now ? this.#found.findIndex((one) => one.id === now.id && one.nth === now.nth) : this.#found.length - 1;
    if (!now && this.#found.length) void this.#goOn();
    this.#tell();
  }

  #collect() {
    const { searched, field } = this;
    if (!searched || !field) return;
    const query = field.value.trim();
    this.#found = withOlder(foundIn(searched.entries, query), searched.entries, this.#older);
    this.#tell();
    this.#paint();
  }

  async #goOn() {
    const found = this.#found[this.#at];
    if (!found || !this.searched) return;
    this.#tell(found.here ? "" : "Loading…");
    const line = await this.searched.goFound(found);
    if (!found.here && line) {
      this.#collect();
      this.#at = Math.max(
        0,
        this.#found.findIndex((one) => one.id === found.id),
      );
    }
    this.#tell();
    this.#paint()?.startContainer.parentElement?.scrollIntoView({ block: "nearest" });
  }

  #paintSoon() {
    this.#painting ||= requestAnimationFrame(() => {
      this.#painting = 0;
      this.#paint();
    });
  }

  /** Colour what is in the page; return the place that is gone to. */
  #paint() {
    const query = this.isOpen ? (this.field?.value.trim() ?? "") : "";
    return paintFound(this.searched?.linesElement, query, this.#found[this.#at]);
  }

  /** @param {string} [instead] */
  #tell(instead) {
    if (!this.count || !this.field) return;
    const many = this.#found.length;
    setText(
      this.count,
      instead || (this.field.value.trim() ? (many ? `${this.#at + 1}/${many}` : "Nothing found") : ""),
    );
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && event.target === this.field) this.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  watch = new MutationObserver(() => this.#paintSoon());
  /** @type {Searched | undefined} */ searched;
  /** @type {string | null} what is looked through */ #session = null;
  #painting = 0;
}

define("find-bar", FindBar);
