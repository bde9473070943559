// @ts-check
/** @import { Note, Notifying, Reachable } from "./host" */
import { Chime } from "./chime.js";
import { BrowserPush } from "./push.js";

/** @type {Record<NotificationPermission, Reachable>} */
const PERMISSIONS = { granted: "on", denied: "blocked", default: "off" };

/** A browser's notices, which a person sees without looking at the page. @implements {Notifying} */
export class BrowserNotices {
  /** @type {Map<string, Notification>} those that no worker shows */ #plain = new Map();

  /** @param {Window & typeof globalThis} window @param {{ isIos: boolean, isInstalled: boolean }} place */
  constructor(window, place) {
    this.window = window;
    this.place = place;
    this.push = new BrowserPush(window, () => this.permission, place);
    this.chime = new Chime(window);
  }

  /** @type {Notifying["permission"]} */
  get permission() {
    if (!this.window.isSecureContext) return "insecure";
    if (this.place.isIos && !this.place.isInstalled) return "uninstalled";
    return "Notification" in this.window ? PERMISSIONS[this.window.Notification.permission] : "unsupported";
  }

  async ask() {
    await this.window.Notification?.requestPermission();
  }

  /** @type {Notifying["onChange"]} */
  onChange(changed) {
    const { permissions } = this.window.navigator;
    permissions
      ?.query({ name: "notifications" })
      .then((status) => status.addEventListener("change", changed))
      .catch(() => {}); // an older browser: it is seen at the next look
  }

  /** @type {Notifying["show"]} */
  async show(note) {
    if (this.permission !== "on") return;
    const registration = await this.#registration();
    try {
      if (registration) await registration.showNotification(note.title, optionsOf(note, true));
      else this.#showPlain(note);
    } catch (error) {
      console.warn(`No notice: ${error}`); // forbidden since, or only a worker may show any
    }
  }

  /** @param {Note} note */
  #showPlain(note) {
    const plain = new this.window.Notification(note.title, optionsOf(note, false));
    plain.addEventListener("click", () => this.#clicked(plain, note));
    this.#plain.set(note.tag, plain);
  }

  /** @type {Notifying["close"]} */
  async close(isOver) {
    for (const [tag, plain] of this.#plain) if (isOver(tag, plain.data?.by ?? "")) this.#closePlain(tag, plain);
    const registration = await this.#registration();
    const all = (await registration?.getNotifications().catch(() => [])) ?? [];
    for (const shown of all) if (isOver(shown.tag, shown.data?.by ?? "")) shown.close();
  }

  /** @type {Notifying["onGo"]} */
  onGo(go) {
    this.go = go;
    const { serviceWorker } = this.window.navigator;
    serviceWorker?.addEventListener("message", ({ data }) => typeof data?.go === "string" && go(data.go));
    serviceWorker?.startMessages();
  }

  /** @param {Notification} plain @param {Note} note */
  #clicked(plain, note) {
    this.window.focus();
    this.go?.(note.place);
    this.#closePlain(note.tag, plain);
  }

  /** @param {string} tag @param {Notification} plain */
  #closePlain(tag, plain) {
    plain.close();
    this.#plain.delete(tag);
  }

  /** Where there is a worker, it also takes the answers. */
  async #registration() {
    const registration = await this.window.navigator.serviceWorker?.getRegistration().catch(() => undefined);
    return registration?.active ? registration : null;
  }
}

/** @param {Note} note @param {boolean} answers a worker is there to take them */
function optionsOf({ tag, body, silent, place, notice, by, actions }, answers) {
  const icon = "/static/icons/icon-192.png";
  return { tag, body, silent, icon, data: { place, notice, by }, ...(answers && { actions }) };
}
