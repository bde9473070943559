// @ts-check
/** @import { Host } from "./host" */
import { AddressBar } from "../router.js";
import { showWaiting } from "../title.js";
import { httpChannel, pair } from "./http.js";

/** A tab that the hub itself served. @param {Window} window @returns {Host} */
export function browserHost(window) {
  const { location, document } = window;
  return {
    channel: httpChannel(),
    address: new AddressBar(window),
    storage: tabStorage(window),
    code: location.pathname === "/pair" ? location.hash : "",
    pair,
    showWaiting: (amount) => showWaiting(document, amount),
    isTaken: () => false,
    editor: null,
    listen() {},
  };
}

/** @param {Window} window */
function tabStorage(window) {
  try {
    return window.sessionStorage;
  } catch {
    return null; // forbidden by the browser's settings
  }
}
