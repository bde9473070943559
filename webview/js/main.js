// @ts-check
/**
 * Puts the page together: the only file that knows the page's globals and all parts at once.
 * @import { AskProblem } from "./types"
 */
import "./components/all.js";
import { Actions } from "./actions.js";
import { rememberPaired } from "./connection/entering.js";
import { LastKnown } from "./connection/last-known.js";
import { outlast } from "./connection/outlast.js";
import { deviceName } from "./connection/pairing.js";
import { PromptQueue } from "./connection/prompt-queue.js";
import { Sync } from "./connection/sync.js";
import { provide } from "./element.js";
import { coverWhileOpen } from "./frame/covering.js";
import { followTerminal } from "./frame/following.js";
import { lookAgainAfterSettings } from "./frame/frame.js";
import { listenForColumns } from "./frame/frame-keys.js";
import { rememberFrame } from "./frame/remembering.js";
import { listenForUndo } from "./frame/undoing.js";
import { followKeyboard } from "./frame/viewport.js";
import { here } from "./host/here.js";
import { loadLater } from "./host/lazy.js";
import { listenToKeys } from "./palette/keys.js";
import { parsePlace, Router } from "./router.js";
import { pendingAsks } from "./select.js";
import { Store } from "./store.js";
import { Drafts } from "./writing/drafts.js";

let later = false;
const wide = matchMedia("(min-width: 721px)");
const host = here(window);
const store = new Store(soon);
const clock = { setTimeout: setTimeout.bind(window), now: Date.now, random: Math.random };
const vault = host.device?.vault;
const memory = vault ? new LastKnown(store, vault, clock) : null;
const sync = new Sync(store, host.channel, clock, memory);
const drafts = new Drafts(host.storage);
const queue = vault ? new PromptQueue({ store, channel: host.channel, drafts, vault, clock, uuid }) : null;
const actions = new Actions({
  store,
  channel: host.channel,
  doorbell: host.doorbell,
  storage: host.storage,
  sync,
  drafts,
  uuid,
  later: clock.setTimeout,
  isWide: () => wide.matches,
  lasting: host.lasting,
  editor: host.editor,
  device: host.device,
  queue,
  outlet: host.outlet,
});
const router = new Router(
  host.address,
  (place) => actions.onPlace(place),
  () => actions.frame.uncover(),
);
actions.router = router;

provide(document, { store, actions });
document.body.prepend(document.createElement("app-shell"));
store.subscribe(() => actions.openSomething());
store.subscribe(fetchLater);
coverWhileOpen(store, router);
lookAgainAfterSettings(store, actions);
rememberFrame(store, host.lasting);
rememberPaired(store, host.lasting);
listenForUndo(document, actions.undoing);
listenForColumns(document, actions);
followKeyboard(window);
store.subscribe(() => host.showWaiting(pendingAsks(store.data).length));
wide.addEventListener("change", () => actions.openSomething());
actions.notices?.start((place) => router.go(parsePlace(place)));
outlast({ device: host.device, store, sync, memory, queue });
if (host.device) followTerminal(store, host.device.surface, (place) => router.go(place));
listenToKeys(document, store, actions, host.isTaken);
host.listen({ onAway, onShow: (place) => router.go(place) });
void begin();

async function begin() {
  const fresh = host.address.hash === "#new"; // the app's own shortcut
  const waiting = actions.entry.left;
  if (host.code || waiting) return beginPairing(waiting);
  await sync.startOrRecall();
  router.start();
  if (fresh) actions.openStart();
  return goOnceReady();
}

/** A link was followed to get here, or its yes was waited for when the page was left. @param {import("./types").Entering | null} waiting */
async function beginPairing(waiting) {
  if (host.code) host.address.replace(""); // before anybody else sees it
  const problem = await (host.code
    ? actions.pair(host.code, deviceName(navigator.userAgent))
    : waiting && actions.resumePairing(waiting));
  if (problem || store.ui.phase !== "ready") await beginAnyway(problem);
  router.start();
}

/** A spent link, opened again in a browser that is paired already, does no harm. @param {AskProblem | null} problem */
async function beginAnyway(problem) {
  router.replace({ name: "list" });
  await sync.start();
  if (store.ui.phase === "unpaired") store.setUi({ failure: problem });
}

/** The hub may come late: only then can the place be shown. */
function goOnceReady() {
  if (store.ui.phase === "ready") return;
  const stop = store.subscribe(() => {
    if (store.ui.phase !== "ready") return;
    stop();
    router.moved();
  });
}

/** A sheet or the files of a project are opened: what draws them is fetched once. */
async function fetchLater() {
  const { sheet, view } = store.ui;
  if (later || (!sheet && view !== "files")) return;
  later = true;
  if (await loadLater()) return;
  later = false;
  store.setUi({ sheet: null, notice: { message: "This part of the page could not be fetched. Is Pilot reachable?" } });
}

/** @param {import("./types").Away | null} away */
function onAway(away) {
  store.setUi({ away });
  if (!away) actions.retryNow();
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

/** randomUUID exists on secure origins only; a phone on the LAN is none. */
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
}
