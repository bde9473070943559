// @ts-check
/**
 * Puts the page together: the only file that knows the browser's globals and all parts at once.
 * @import { AskProblem } from "./types"
 */
import "./components/all.js";
import { Actions } from "./actions.js";
import { Drafts } from "./drafts.js";
import { provide } from "./element.js";
import { httpChannel, pair } from "./host/http.js";
import { listenToKeys } from "./keys.js";
import { deviceName } from "./pairing.js";
import { Router } from "./router.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";
import { showWaiting } from "./title.js";

const wide = matchMedia("(min-width: 721px)");
const store = new Store(soon);
const channel = httpChannel();
const clock = { setTimeout: setTimeout.bind(window), now: Date.now, random: Math.random };
const sync = new Sync(store, channel, clock);
const drafts = new Drafts(storage());
const actions = new Actions({
  store,
  channel,
  pair,
  sync,
  drafts,
  uuid,
  later: clock.setTimeout,
  isWide: () => wide.matches,
});
const router = new Router(window, (place) => actions.onPlace(place));
actions.router = router;

provide(document, { store, actions });
document.body.prepend(document.createElement("app-shell"));
store.subscribe(() => actions.openSomething());
store.subscribe(() => showWaiting(document, store.data));
wide.addEventListener("change", () => actions.openSomething());
window.addEventListener("online", () => actions.retryNow());
document.addEventListener("visibilitychange", () => document.hidden || actions.retryNow());
listenToKeys(document, store, actions);
void begin();

async function begin() {
  const code = location.pathname === "/pair" && location.hash;
  if (!code) {
    await sync.start();
    return router.start();
  }
  const problem = await actions.pair(code, deviceName(navigator.userAgent));
  if (problem) await beginAnyway(problem);
  router.start();
}

/** A spent link, opened again in a browser that is paired already, does no harm. @param {AskProblem} problem */
async function beginAnyway(problem) {
  router.replace({ name: "list" });
  await sync.start();
  if (store.ui.phase === "unpaired") store.setUi({ failure: problem });
}

/** Before the next frame; a hidden page has none, so a timer stands in. @param {() => void} callback */
function soon(callback) {
  let done = false;
  const once = () => {
    if (!done) callback();
    done = true;
  };
  requestAnimationFrame(once);
  setTimeout(once, document.hidden ? 50 : 200);
}

/** @returns {Storage | null} */
function storage() {
  try {
    return sessionStorage;
  } catch {
    return null; // forbidden by the browser's settings
  }
}

/** randomUUID exists on secure origins only; a phone on the LAN is none. */
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
}
