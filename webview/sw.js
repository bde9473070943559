// @ts-check
/// <reference lib="webworker" />
import { listenToNotices } from "./worker/notices.js";

/**
 * Keeps the page's own files, so that it opens when the hub is away: nothing of the hub's data is kept. Shows what the hub
 * pushes while no page is open. It is served as one file.
 * The hub fills in the next two lines: the content decides on the version, and the files are those it really serves.
 */
const VERSION = "";
/** @type {Record<string, string>} ETags by address */ const FILES = {};

// SAFETY: this file runs as a service worker only
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const MINE = "pilot-page-";
const CACHE = MINE + VERSION;

worker.addEventListener("install", (event) => event.waitUntil(fill()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
worker.addEventListener("message", ({ data }) => data === "activate" && worker.skipWaiting());
worker.addEventListener("fetch", (event) => {
  const address = keptAs(event.request);
  if (address) event.respondWith(fromCache(address, event.request));
});
listenToNotices(worker);

/** A file that is not what the hub announced means that the hub changed meanwhile: better no cache than a mixed one. */
async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all(
    Object.entries(FILES).map(async ([address, etag]) => {
      const response = await fetch(address, { cache: "no-cache" });
      if (!response.ok || response.headers.get("ETag") !== etag) throw new Error(`${address} is not as announced`);
      await cache.put(address, response);
    }),
  );
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith(MINE) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** Which of the kept files answers a request; none for whatever is the hub's to say. @param {Request} request */
function keptAs(request) {
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return null;
  const page = request.mode === "navigate" && (pathname === "/" || pathname === "/pair");
  const address = page ? "/" : pathname;
  return address in FILES && (page || !search) ? address : null;
}

/** @param {string} address @param {Request} request */
async function fromCache(address, request) {
  const kept = await caches.match(address, { cacheName: CACHE });
  return kept ?? fetch(request);
}
