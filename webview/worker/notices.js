// @ts-check
/// <reference lib="webworker" />
/**
 * Pushes become notices; what is pressed on a notice is decided, or opens the exact place in the page.
 *
 * @import { Message, Note, NoteData } from "./messages.js"
 */
import { askOf, decide, pushKey, subscribed } from "./hub.js";
import { askNote, messageIn, outcomeNote, plainNote } from "./messages.js";

const SEEN = 5_000; // ms: how long an outcome stays
const UNEXPECTED = 1_500; // ms: one of what nobody sees any more, shown since browsers want each push to be seen
/** @type {Record<string, "allow_once" | "deny">} */
const DECISIONS = { allow: "allow_once", deny: "deny" };
const DONE = { allow_once: "Allowed once.", deny: "Denied." };

/** Tags of what ended while its notice was still being made. @type {Set<string>} */
const ended = new Set();

/** @param {ServiceWorkerGlobalScope} worker */
export function listenToNotices(worker) {
  worker.addEventListener("push", (event) => event.waitUntil(pushed(worker, messageOf(event, worker))));
  worker.addEventListener("notificationclick", (event) => event.waitUntil(clicked(worker, event)));
  worker.addEventListener("pushsubscriptionchange", (event) => {
    // SAFETY: the event of that name; its type is not in the library yet
    const { newSubscription } = /** @type {{ newSubscription?: PushSubscription | null }} */ (
      /** @type {unknown} */ (event)
    );
    /** @type {ExtendableEvent} */ (event).waitUntil(renew(worker, newSubscription ?? null));
  });
}

/** A declarative push comes without its data, as the notice that it proposes. @param {PushEvent} event @param {ServiceWorkerGlobalScope} worker */
function messageOf(event, { location }) {
  const proposed = /** @type {{ notification?: Notification & { navigate?: string } }} */ (
    /** @type {unknown} */ (event)
  ).notification;
  if (!proposed) return messageIn(event.data?.text() ?? null, location.origin);
  const { title, body, tag, silent, navigate, data } = proposed;
  const { pilot } = data ?? {};
  return messageIn(
    event.data?.text() ?? JSON.stringify({ notification: { title, body, tag, silent, navigate }, pilot }),
    location.origin,
  );
}

/** @param {ServiceWorkerGlobalScope} worker @param {Message} message */
async function pushed({ registration, clients }, message) {
  const shown = await shownAs(registration, message.tag);
  if (message.what === "outcome") {
    ended.add(message.tag);
    await showOutcome(registration, outcomeNote(message, message.outcome), shown.length ? SEEN : UNEXPECTED);
    ended.delete(message.tag);
    return;
  }
  const ask = message.told?.askId ? await askOf(message.told.askId) : null;
  if (ended.has(message.tag)) return;
  const note = ask ? askNote(message, ask) : plainNote(message);
  if (note.options.data.over) return showOutcome(registration, note, SEEN);
  const pages = await clients.matchAll({ type: "window" });
  await show(registration, note, shown.length > 0 || pages.some(({ focused }) => focused)); // the page in hand says it, too
}

/** @param {ServiceWorkerRegistration} registration @param {Note} note @param {boolean} known the same is in sight: no second sound */
async function show(registration, { title, options }, known) {
  await registration.showNotification(title, known ? { ...options, silent: true } : options);
  await count(registration);
}

/** In place of what is shown, and gone soon: it asks for nothing. @param {ServiceWorkerRegistration} registration @param {Note} note @param {number} stays ms */
async function showOutcome(registration, note, stays) {
  await show(registration, note, true);
  await new Promise((done) => setTimeout(done, stays));
  for (const one of await shownAs(registration, note.options.tag)) if (one.data?.over) one.close();
}

/** @param {ServiceWorkerGlobalScope} worker @param {NotificationEvent} event */
async function clicked(worker, { notification, action }) {
  /** @type {NoteData} */ const { place = "", notice = null } = notification.data ?? {};
  const kind = DECISIONS[action];
  if (!kind || !notice?.askId || !notice.digest) {
    notification.close();
    await open(worker, place);
    return count(worker.registration);
  }
  const problem = await decide(notice, kind);
  const { title, tag } = notification;
  const [said, body] = problem ? [`Not answered: ${title}`, `${problem} Press here to open it.`] : [title, DONE[kind]];
  const options = {
    tag,
    body,
    silent: !problem,
    icon: notification.icon,
    data: { place, notice, over: !problem },
    actions: [],
  };
  if (problem) await show(worker.registration, { title: said, options }, false);
  else await showOutcome(worker.registration, { title: said, options }, SEEN);
}

/** Go there in a page that is open, the one in use if there are several; else open one. @param {ServiceWorkerGlobalScope} worker @param {string} place */
async function open({ clients, location }, place) {
  const pages = (await clients.matchAll({ type: "window", includeUncontrolled: true })).filter(
    ({ url }) => ["/", "/pair"].includes(new URL(url).pathname), // the address that it was opened with
  );
  const page =
    pages.find(({ focused }) => focused) ?? pages.find((one) => one.visibilityState === "visible") ?? pages[0];
  const focused = await page?.focus().catch(() => null);
  if (focused) focused.postMessage({ go: place });
  else await clients.openWindow(`${location.origin}/${place}`);
}

/** The push service moved this browser's address: the hub hears of it at once, or from the page at its next loading. @param {ServiceWorkerGlobalScope} worker @param {PushSubscription | null} fresh */
async function renew({ registration, location }, fresh) {
  const publicKey = await pushKey();
  const applicationServerKey = publicKey;
  const subscription =
    fresh ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
  const { endpoint = "", keys = {} } = subscription.toJSON();
  await subscribed({
    endpoint,
    keys: { p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" },
    publicKey,
    origin: location.origin,
  });
}

/** @param {ServiceWorkerRegistration} registration @param {string} tag */
async function shownAs(registration, tag) {
  return registration.getNotifications({ tag });
}

/** On the app's icon: how many asks wait. @param {ServiceWorkerRegistration} registration */
async function count(registration) {
  const waiting = (await registration.getNotifications()).filter(
    ({ tag, data }) => tag.startsWith("ask:") && !data?.over,
  );
  await navigator.setAppBadge?.(waiting.length).catch(() => {}); // only installed apps may
}
