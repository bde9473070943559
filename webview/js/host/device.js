// @ts-check
/** @import { Device, Wakes } from "./host" */
import { watchAttention } from "./attention.js";
import { Installer } from "./install.js";
import { BrowserNotices } from "./notifying.js";
import { PageCopy } from "./page-copy.js";
import { vaultOf } from "./vault.js";
import { listenToWakes } from "./wakes.js";

/** What a browser does for a page beyond showing it. @param {Window & typeof globalThis} window @param {string} surface @returns {Device} */
export function deviceOf(window, surface) {
  const installer = new Installer(window);
  return {
    vault: vaultOf(window),
    copy: new PageCopy(window),
    works: worksIn(window),
    isHandheld: window.matchMedia("(pointer: coarse)").matches,
    preferences: lastingStorage(window),
    isOffline: () => window.navigator.onLine === false,
    install: () => installer.install(),
    onInstallable: (told) => installer.listen(told),
    onHide: (hidden) => window.document.addEventListener("visibilitychange", () => window.document.hidden && hidden()),
    surface,
    notifying: new BrowserNotices(window, installer),
    watchAttention: (told) => watchAttention(window, told),
    onWake: (/** @type {Wakes} */ wakes) => listenToWakes(window, wakes),
  };
}

/** @param {Window} window @returns {import("./host").Works} */
function worksIn(window) {
  const { navigator, isSecureContext: secure } = window;
  const offline = Boolean(navigator.serviceWorker);
  return {
    secure,
    offline,
    notifications: offline && "PushManager" in window,
    clipboard: Boolean(navigator.clipboard),
  };
}

/** @param {Window} window */
function lastingStorage(window) {
  try {
    return window.localStorage;
  } catch {
    return null; // forbidden by the browser's settings
  }
}
