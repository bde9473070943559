// @ts-check
/**
 * What a browser does for the page beyond showing it: newer versions, the home screen, this browser's own choices.
 *
 * @import { Store } from "../store.js"
 * @import { Device } from "../host/host"
 */
import { applyTheme, readTheme, THEMES } from "../settings/theme.js";

const DISMISSED = "install-dismissed";
const NOTICES_DISMISSED = "notices-dismissed";
const THEME = "theme";

export class Reach {
  /** @param {{ store: Store, device?: Device | null, page?: Document }} tools */
  constructor({ store, device = null, page = document }) {
    this.store = store;
    this.device = device;
    this.page = page;
    this.wearTheme();
  }

  /** Show the newer page; drafts and what waits survive. */
  useNewer() {
    this.store.setUi({ newer: false });
    this.device?.copy.use();
  }

  /** Why the page does not open while the hub is away; null where it does. */
  get whyNotKept() {
    return this.device ? this.device.copy.whyNot : null;
  }

  /** What the browser allows at this address; null inside an editor. */
  get works() {
    return this.device?.works ?? null;
  }

  /** Whether the browser itself knows that there is no network. */
  get isOffline() {
    return this.device?.isOffline() ?? false;
  }

  offersInstall() {
    return this.device !== null && this.#read(DISMISSED) === null;
  }

  async install() {
    await this.device?.install();
    this.dismissInstall();
  }

  dismissInstall() {
    this.#write(DISMISSED, "yes");
    this.store.setUi({ installable: null });
  }

  /** Whether this device is asked, once, if it wants to hear of asks: a phone, or one that answered an ask. @param {boolean} answered */
  offersNotices(answered) {
    const fits = answered || (this.device?.isHandheld ?? false);
    return this.device !== null && fits && this.#read(NOTICES_DISMISSED) === null;
  }

  dismissNotices() {
    this.#write(NOTICES_DISMISSED, "yes");
    this.store.setUi({}); // whoever offers it looks again
  }

  /** @returns {typeof THEMES[number]["id"]} */
  get theme() {
    return readTheme(this.#read(THEME));
  }

  /** @param {string} theme */
  setTheme(theme) {
    this.#write(THEME, theme);
    this.wearTheme();
  }

  wearTheme() {
    if (this.device) applyTheme(this.page, this.theme);
  }

  /** @param {string} name */
  #read(name) {
    try {
      return this.device?.preferences?.getItem(`pilot:${name}`) ?? null;
    } catch {
      return null;
    }
  }

  /** @param {string} name @param {string} value */
  #write(name, value) {
    try {
      this.device?.preferences?.setItem(`pilot:${name}`, value);
    } catch {
      // storage is full or forbidden: it holds until the page is left
    }
  }
}
