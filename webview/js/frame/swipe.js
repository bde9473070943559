// @ts-check
const SWIPED = 90; // px, or half of what is dragged when that is less
const QUICK = 0.5; // px a ms: a flick
const BEGUN = 6; // px before it is a drag

/**
 * Let a finger drag something away: it follows, and is gone or comes back.
 * @param {HTMLElement} element what moves
 * @param {"down" | "left"} way
 * @param {() => void} onGone
 */
export function swipeAway(element, way, onGone) {
  /** @type {{ x: number, y: number, at: number, by: number, free: boolean } | null} */ let drag = null;
  element.addEventListener("touchstart", (event) => begin(event), { passive: true });
  element.addEventListener("touchmove", (event) => move(event), { passive: false });
  element.addEventListener("touchend", () => end());
  element.addEventListener("touchcancel", () => settle(0));

  /** @param {TouchEvent} event */
  function begin(event) {
    const touch = event.touches[0];
    const busy = event.touches.length > 1 || !(event.target instanceof Element) || isScrolled(event.target);
    drag = busy || !touch ? null : { x: touch.clientX, y: touch.clientY, at: event.timeStamp, by: 0, free: false };
  }

  /** @param {TouchEvent} event */
  function move(event) {
    const touch = event.touches[0];
    if (!drag || !touch) return;
    const [x, y] = [touch.clientX - drag.x, touch.clientY - drag.y];
    const [along, across] = way === "down" ? [y, Math.abs(x)] : [-x, Math.abs(y)];
    if (!drag.free && (across > BEGUN || along < -BEGUN)) drag = null;
    if (!drag || (!drag.free && along < BEGUN)) return;
    drag = { ...drag, free: true, by: Math.max(0, along) };
    if (event.cancelable) event.preventDefault();
    settle(drag.by);
  }

  function end() {
    if (!drag?.free) return;
    const size = way === "down" ? element.offsetHeight : element.offsetWidth;
    const gone = drag.by > Math.min(SWIPED, size / 2) || drag.by / (performance.now() - drag.at) > QUICK;
    drag = null;
    settle(0);
    if (gone) onGone();
  }

  /** @param {number} by */
  function settle(by) {
    element.style.setProperty("translate", by ? (way === "down" ? `0 ${by}px` : `${-by}px 0`) : "none");
  }

  /** What can be scrolled back first, is. @param {Element} from */
  function isScrolled(from) {
    for (let at = /** @type {Element | null} */ (from); at && at !== element; at = at.parentElement) {
      if (at.scrollTop > 0 || at.matches("textarea, select, input")) return true;
    }
    return false;
  }
}
