// @ts-check
/** @typedef {Event & { prompt: () => Promise<unknown> }} InstallEvent */

/** Puts the page on the home screen, where the browser offers that or a person can do it by hand. */
export class Installer {
  /** @type {InstallEvent | null} */ #offer = null;

  /** @param {Window} window */
  constructor(window) {
    this.window = window;
  }

  /** @param {(how: "asks" | "by_hand" | null) => void} told how it can be installed now */
  listen(told) {
    if (this.isInstalled) return;
    this.window.addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      this.#offer = /** @type {InstallEvent} */ (event); // SAFETY: the event of that name
      told("asks");
    });
    this.window.addEventListener("appinstalled", () => told(null));
    if (this.isIos) told("by_hand");
  }

  async install() {
    const offer = this.#offer;
    this.#offer = null;
    await offer?.prompt().catch(() => {});
  }

  get isIos() {
    return isIos(this.window.navigator);
  }

  get isInstalled() {
    const { navigator } = this.window;
    return (
      this.window.matchMedia("(display-mode: standalone)").matches ||
      ("standalone" in navigator && navigator.standalone === true)
    );
  }
}

/** An iPad says that it is a Mac; no Mac has fingers. @param {Navigator} navigator */
function isIos({ userAgent, maxTouchPoints }) {
  return /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}
