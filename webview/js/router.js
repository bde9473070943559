// @ts-check
/**
 * Where the page is, as the address says: `#session=…`, `#project=…`, `#ask=…`, `#asks`.
 *
 * @typedef {{ name: "list" } | { name: "asks" } | { name: "session" | "project" | "ask", id: string }} Place
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
  const text = hash.replace(/^#/, "");
  if (text === "asks") return { name: "asks" };
  const id = new URLSearchParams(text);
  for (const name of /** @type {const} */ (["session", "project", "ask"])) {
    const value = id.get(name);
    if (value) return { name, id: value };
  }
  return { name: "list" };
}

/** @param {Place} place @returns {string} */
export function formatPlace(place) {
  if (place.name === "list") return "";
  if (place.name === "asks") return "#asks";
  return `#${place.name}=${encodeURIComponent(place.id)}`;
}

/** Follows the address and changes it. */
export class Router {
  /**
   * @param {Address} address
   * @param {(place: Place) => void} onPlace
   */
  constructor(address, onPlace) {
    this.address = address;
    this.onPlace = onPlace;
    this.moved = () => onPlace(this.place);
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
    if (hash !== formatPlace(this.place)) this.address.push(hash);
    this.onPlace(place);
  }

  /** Go without a step in the history. @param {Place} place */
  replace(place) {
    this.address.replace(formatPlace(place));
    this.onPlace(place);
  }

  /** One step back when this page made it, else to the list. */
  back() {
    if (!this.address.back(this.moved)) this.go({ name: "list" });
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
