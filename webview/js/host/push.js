// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { PushDoor, Reachable } from "./host"
 */
import { CallError } from "./channel.js";

const WORKER_LIMIT = 15_000; // ms: a page that has just been opened has its worker soon

/** The browser's own part of Web Push. @implements {PushDoor} */
export class BrowserPush {
  /**
   * @param {Window} window
   * @param {() => Reachable} permission
   * @param {{ isIos: boolean, isInstalled: boolean }} place
   */
  constructor(window, permission, place) {
    this.window = window;
    this.permissionNow = permission;
    this.onlyFromPress = place.isIos;
    this.place = place;
  }

  get permission() {
    return this.permissionNow();
  }

  /** @type {PushDoor["whyNot"]} */
  get whyNot() {
    if (!this.window.isSecureContext) return "insecure";
    if (this.place.isIos && !this.place.isInstalled) return "uninstalled";
    const can = this.window.navigator.serviceWorker && "PushManager" in this.window && "Notification" in this.window;
    return can ? null : "unsupported";
  }

  /** @type {PushDoor["current"]} */
  async current() {
    if (this.whyNot) return null;
    const registration = await this.window.navigator.serviceWorker.getRegistration();
    const subscription = await registration?.pushManager.getSubscription();
    return subscription ? this.#asSent(subscription, keyOf(subscription)) : null;
  }

  /** @type {PushDoor["subscribe"]} */
  async subscribe(publicKey) {
    if (this.whyNot || this.permission !== "on") throw pushRefused(this.whyNot ?? this.permission);
    const { pushManager } = await this.#registration();
    const known = await pushManager.getSubscription();
    if (known && keyOf(known) === publicKey) return this.#asSent(known, publicKey);
    await known?.unsubscribe(); // made with another key: the hub's pushes would be refused
    try {
      const applicationServerKey = bytesOf(publicKey);
      return this.#asSent(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }), publicKey);
    } catch (error) {
      throw notSubscribed(error);
    }
  }

  /** @type {PushDoor["unsubscribe"]} */
  async unsubscribe() {
    const registration = await this.window.navigator.serviceWorker?.getRegistration();
    const subscription = await registration?.pushManager?.getSubscription();
    await subscription?.unsubscribe();
  }

  /** @returns {Promise<ServiceWorkerRegistration>} */
  #registration() {
    return new Promise((found, fail) => {
      const message = "The page's own worker did not start.";
      const late = () => fail(new CallError(0, "no_worker", message, "Reload the page, then try again."));
      this.window.setTimeout(late, WORKER_LIMIT);
      void this.window.navigator.serviceWorker.ready.then(found);
    });
  }

  /** @param {PushSubscription} subscription @param {string} publicKey @returns {P.PushSubscription} */
  #asSent(subscription, publicKey) {
    const { endpoint = "", keys = {} } = subscription.toJSON();
    const { origin } = this.window.location;
    return { endpoint, keys: { p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" }, publicKey, origin };
  }
}

/** @param {PushSubscription} subscription */
function keyOf({ options }) {
  const key = options?.applicationServerKey;
  if (!key) return "";
  const letters = String.fromCharCode(...new Uint8Array(key));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {string} base64url */
function bytesOf(base64url) {
  const letters = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

/** @param {Reachable} state */
function pushRefused(state) {
  const hint = state === "blocked" ? "Allow notifications for this site in the browser's settings." : undefined;
  return new CallError(0, "push_refused", "This browser does not take notifications from Pilot.", hint);
}

/** @param {unknown} error */
function notSubscribed(error) {
  const why = error instanceof Error ? error.message : String(error);
  if (error instanceof DOMException && error.name === "NotAllowedError") return pushRefused("blocked");
  return new CallError(0, "no_push_service", "This browser's push service cannot be reached.", `It says: ${why}`);
}
