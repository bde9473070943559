// @ts-check
/** @import { Attention } from "./host" */

const IN_USE = 120_000; // ms after the last sign of a person
const LOOKS_EVERY = 10_000; // ms
const SIGNS_OF_USE = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/**
 * Tell whether somebody looks at the page: at each change, and now and then while they do.
 * @param {Window} window
 * @param {(attention: Attention, seenAt: number) => void} told with when a person was last there
 */
export function watchAttention(window, told) {
  const { document } = window;
  let seenAt = Date.now(); // somebody opened it
  /** @type {Attention | null} */ let last = null;
  const look = () => {
    const now = attentionOf(document, Date.now() - seenAt);
    if (now === last && now !== "active") return;
    last = now;
    told(now, seenAt);
  };
  const sign = () => {
    seenAt = Date.now();
    if (last !== "active") look();
  };
  const came = () => (document.hidden ? look() : sign());
  for (const name of SIGNS_OF_USE) window.addEventListener(name, sign, { passive: true, capture: true });
  document.addEventListener("visibilitychange", came);
  window.addEventListener("focus", came);
  window.addEventListener("blur", look);
  window.addEventListener("pagehide", () => told("hidden", seenAt));
  window.setInterval(look, LOOKS_EVERY);
  look();
  return () => attentionOf(document, Date.now() - seenAt);
}

/** @param {Document} document @param {number} idle ms @returns {Attention} */
export function attentionOf(document, idle) {
  if (document.visibilityState === "hidden") return "hidden";
  return document.hasFocus() && idle < IN_USE ? "active" : "visible";
}
