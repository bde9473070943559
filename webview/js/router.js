// @ts-check
/**
 * Where the page is, as the address says: `#session=…` (`&item=…` for one message of it), `#project=…`, `#ask=…`, `#asks`,
 * `#files=…` (`&path=…`), `#split=…,…`, `#settings`.
 *
 * @typedef {{ name: "session", id: string, item?: string | undefined }} SessionPlace
 * @typedef {{ name: "files", id: string, path?: string | undefined, line?: number | undefined }} FilesPlace
 * @typedef {{ name: "split", ids: string[] }} SplitPlace sessions side by side
 * @typedef {{ name: "project" | "ask", id: string }} OtherPlace a project: its id, or its absolute folder
 * @typedef {{ name: "list" } | { name: "asks" } | { name: "settings" }} PlainPlace
 * @typedef {PlainPlace | OtherPlace | SessionPlace | FilesPlace | SplitPlace} Place
 *
 * @typedef {object} Address where the place is written down
 * @property {string} hash
 * @property {(hash: string) => void} push a step that can be taken back
 * @property {(hash: string) => void} replace
 * @property {(moved: () => void) => boolean} back false: there is no step of this page's to take back
 * @property {(moved: () => void) => void} listen called when somebody else moves it
 */

/** @param {string} hash @returns {Place} */
export function parsePlace(hash) {
  const [[name, said] = ["", ""], ...others] = hash.replace(/^#/, "").split("&").map(pairIn);
  if (name === "split") return splitPlace(said.split(",").map(idIn));
  const id = idIn(said);
  if (!id) return name === "asks" || name === "settings" ? { name } : { name: "list" };
  const extra = Object.fromEntries(others);
  if (name === "session") return { name, id, ...(extra.item && { item: decoded(extra.item) }) };
  if (name === "files") return filesPlace(id, decoded(extra.path ?? ""), Number(extra.line));
  if (name === "project" || name === "ask") return { name, id };
  return { name: "list" };
}

/** @param {Place} place @returns {string} */
export function formatPlace(place) {
  if (place.name === "list") return "";
  if (place.name === "asks" || place.name === "settings") return `#${place.name}`;
  if (place.name === "split") return `#split=${place.ids.map(encodeURIComponent).join(",")}`;
  const address = `#${place.name}=${encodeURIComponent(place.id)}`;
  if (place.name === "session" && place.item) return `${address}&item=${encodeURIComponent(place.item)}`;
  if (place.name === "files" && place.path)
    return `${address}&path=${encodeURIComponent(place.path)}${place.line ? `&line=${place.line}` : ""}`;
  return address;
}

/** Sessions side by side; one alone is simply open. @param {string[]} ids @returns {Place} */
export function splitPlace(ids) {
  const different = [...new Set(ids.filter(Boolean))];
  const [only] = different;
  if (!only) return { name: "list" };
  return different.length > 1 ? { name: "split", ids: different } : { name: "session", id: only };
}

/** @param {string} id @param {string} path @param {number} line @returns {FilesPlace} */
function filesPlace(id, path, line) {
  if (!path) return { name: "files", id };
  return Number.isSafeInteger(line) && line > 0 ? { name: "files", id, path, line } : { name: "files", id, path };
}

/** @param {string} text @returns {[string, string]} */
function pairIn(text) {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** An id, empty for what every object has (`constructor`), which no look-up must find. @param {string} text */
function idIn(text) {
  const id = decoded(text);
  return id in Object.prototype ? "" : id;
}

/** A link that somebody typed may not be encoded at all. @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Follows the address and changes it. */
export class Router {
  #hash = ""; // the place in view
  #covered = false; // a sheet lies over it, as a step that the back gesture takes back
  #leaving = false; // that step is being taken back
  /** @type {string | null} a place that was chosen meanwhile */ #next = null;

  /**
   * @param {Address} address
   * @param {(place: Place) => void} onPlace
   * @param {() => void} [onUncovered] the back gesture took the cover away
   */
  constructor(address, onPlace, onUncovered = () => {}) {
    this.address = address;
    this.onPlace = onPlace;
    this.onUncovered = onUncovered;
    this.moved = () => this.#moved();
  }

  start() {
    this.address.listen(this.moved);
    this.moved();
  }

  get place() {
    return parsePlace(this.address.hash);
  }

  /** @param {Place} place */
  go(place) {
    const hash = formatPlace(place);
    if (hash === formatPlace(this.place)) this.uncover();
    else this.#push(hash);
    this.#show(place, hash);
  }

  /** Go without a step in the history. @param {Place} place */
  replace(place) {
    const hash = formatPlace(place);
    this.address.replace(hash);
    this.#show(place, hash);
  }

  /** One step back when this page made it, else to the list. */
  back() {
    if (!this.address.back(this.moved)) this.go({ name: "list" });
  }

  /** Something lies over the place now: the next step back takes it away and stays here. */
  cover() {
    if (this.#covered) return;
    this.#covered = true;
    this.address.push(this.address.hash);
  }

  /** What lay over the place was closed: its step goes too. */
  uncover() {
    if (!this.#covered) return;
    this.#covered = false;
    this.#leaving = true;
    if (!this.address.back(this.moved)) this.#leaving = false;
  }

  /** @param {string} hash */
  #push(hash) {
    if (this.#leaving) this.#next = hash;
    else if (this.#covered) this.address.replace(hash);
    else this.address.push(hash);
    this.#covered = false;
  }

  #moved() {
    if (this.#leaving) return this.#left();
    const uncovered = this.#covered && this.address.hash === this.#hash;
    this.#covered = false;
    if (uncovered) this.onUncovered();
    else this.#show(this.place, this.address.hash);
  }

  #left() {
    this.#leaving = false;
    if (this.#next !== null) this.address.push(this.#next);
    this.#next = null;
  }

  /** @param {Place} place @param {string} hash */
  #show(place, hash) {
    this.#hash = hash;
    this.onPlace(place);
  }
}

/** The browser's own address; the back gesture is history. @implements {Address} */
export class AddressBar {
  /** @param {Window} window */
  constructor(window) {
    this.window = window;
  }

  get hash() {
    return this.window.location.hash;
  }

  /** @param {string} hash */
  push(hash) {
    this.window.history.pushState({ pilot: true }, "", this.#address(hash));
  }

  /** @param {string} hash */
  replace(hash) {
    this.window.history.replaceState(this.window.history.state, "", this.#address(hash));
  }

  back() {
    const ours = Boolean(this.window.history.state?.pilot);
    if (ours) this.window.history.back();
    return ours;
  }

  /** @param {() => void} moved */
  listen(moved) {
    this.window.addEventListener("hashchange", moved);
    this.window.addEventListener("popstate", moved);
  }

  /** @param {string} hash */
  #address(hash) {
    return `${this.window.location.pathname.replace(/^\/pair$/, "/")}${hash}`;
  }
}
