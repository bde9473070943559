// @ts-check
/** @import { Host } from "./host" */

import { showWaiting } from "../frame/title.js";
import { AddressBar } from "../router.js";
import { deviceOf } from "./device.js";
import { copyText, downloadText, shareMenu } from "./handing-out.js";
import { doorbell, httpChannel } from "./http.js";

/** A tab that the hub itself served. @param {Window & typeof globalThis} window @returns {Host} */
export function browserHost(window) {
  const { location, document } = window;
  const surface = newSurface(window.crypto);
  return {
    channel: httpChannel(surface),
    address: new AddressBar(window),
    storage: allowed(() => window.sessionStorage),
    lasting: allowed(() => window.localStorage),
    code: location.pathname === "/pair" ? location.hash : "",
    doorbell,
    showWaiting: (amount) => showWaiting(document, amount),
    isTaken: () => false,
    editor: null,
    outlet: {
      save: (name, mime, text) => downloadText(window, name, mime, text),
      copy: (text) => copyText(window, text),
      share: shareMenu(window),
    },
    device: deviceOf(window, surface),
    listen() {},
  };
}

/** @param {Crypto} crypto */
function newSurface(crypto) {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {() => Storage} storage */
function allowed(storage) {
  try {
    return storage();
  } catch {
    return null; // forbidden by the browser's settings
  }
}
