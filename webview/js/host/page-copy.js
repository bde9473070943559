// @ts-check
/** Has the browser keep the page for when the hub is away, and notices when the hub serves a newer one. */
export class PageCopy {
  /** @type {ServiceWorkerRegistration | null} */ #registration = null;
  #reloads = false;

  /** @param {Window} window */
  constructor(window) {
    this.window = window;
  }

  /** Why this browser cannot keep the page here; null where it can. */
  get whyNot() {
    if (this.window.navigator.serviceWorker) return null;
    if (this.window.isSecureContext) return "This browser does not allow it.";
    return "Browsers allow it only at https addresses and at localhost.";
  }

  /** @param {() => void} onNewer called when a newer page is ready to be shown */
  async keep(onNewer) {
    if (this.whyNot) return;
    const { serviceWorker } = this.window.navigator;
    const first = !serviceWorker.controller;
    serviceWorker.addEventListener("controllerchange", () => this.#controlled(first, onNewer));
    const registration = await register(serviceWorker);
    if (!registration) return;
    this.#registration = registration;
    if (registration.waiting && !first) onNewer();
    registration.addEventListener("updatefound", () => this.#watch(registration.installing, onNewer));
    this.#watch(registration.installing, onNewer);
  }

  /** Ask the hub whether it serves a newer page. */
  look() {
    void this.#registration?.update().catch(() => {}); // the hub is away again
  }

  /** Show the newer page. */
  use() {
    this.#reloads = true;
    const waiting = this.#registration?.waiting;
    if (waiting) waiting.postMessage("activate");
    else this.window.location.reload();
  }

  /** @param {ServiceWorker | null} worker @param {() => void} onNewer */
  #watch(worker, onNewer) {
    worker?.addEventListener("statechange", () => {
      const newer = worker.state === "installed" && this.window.navigator.serviceWorker.controller;
      if (newer) onNewer();
    });
  }

  /** Another tab may have asked for it: then this one still shows the older page. @param {boolean} first @param {() => void} onNewer */
  #controlled(first, onNewer) {
    if (this.#reloads) this.window.location.reload();
    else if (!first) onNewer();
  }
}

/** @param {ServiceWorkerContainer} serviceWorker */
async function register(serviceWorker) {
  try {
    return await serviceWorker.register("/sw.js", { updateViaCache: "none" });
  } catch (error) {
    console.warn(`The page is not kept for when the hub is away: ${error}`);
    return null;
  }
}
