// @ts-check
/**
 * Where the page is, as the address says: `#session=…`, `#project=…`, `#ask=…`, `#asks`.
 *
 * @typedef {{ name: "list" } | { name: "asks" } | { name: "session" | "project" | "ask", id: string }} Place
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

/** Follows the address and changes it; the back gesture is history. */
export class Router {
  /**
   * @param {Window} window
   * @param {(place: Place) => void} onPlace
   */
  constructor(window, onPlace) {
    this.window = window;
    this.onPlace = onPlace;
    this.listener = () => onPlace(this.place);
  }

  start() {
    this.window.addEventListener("hashchange", this.listener);
    this.window.addEventListener("popstate", this.listener);
    this.listener();
  }

  get place() {
    return parsePlace(this.window.location.hash);
  }

  /** @param {Place} place */
  go(place) {
    if (formatPlace(place) !== formatPlace(this.place))
      this.window.history.pushState({ pilot: true }, "", this.#address(place));
    this.onPlace(place);
  }

  /** Go without a step in the history. @param {Place} place */
  replace(place) {
    this.window.history.replaceState(this.window.history.state, "", this.#address(place));
    this.onPlace(place);
  }

  /** One step back when this page made it, else to the list. */
  back() {
    if (this.window.history.state?.pilot) this.window.history.back();
    else this.go({ name: "list" });
  }

  /** @param {Place} place */
  #address(place) {
    return `${this.window.location.pathname.replace(/^\/pair$/, "/")}${formatPlace(place)}`;
  }
}
