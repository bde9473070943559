// @ts-check
const PULLED = 64; // px that are enough
const FARTHEST = 88;

/**
 * A list that is pulled down at its top is fetched anew.
 * @param {HTMLElement} list what scrolls
 * @param {() => Promise<unknown>} refresh
 */
export function pullToRefresh(list, refresh) {
  const sign = document.createElement("div");
  sign.className = "pull";
  sign.setAttribute("role", "status");
  sign.append(document.createElement("i"), document.createElement("span"));
  list.prepend(sign);
  /** @type {{ x: number, y: number, by: number } | null} */ let pull = null;
  let busy = false;
  list.addEventListener("touchstart", begin, { passive: true });
  list.addEventListener("touchmove", move, { passive: false });
  list.addEventListener("touchend", end);
  list.addEventListener("touchcancel", () => settle("", 0));

  /** @param {TouchEvent} event */
  function begin(event) {
    const touch = event.touches[0];
    const able = touch && event.touches.length === 1 && list.scrollTop <= 0 && !busy;
    pull = able ? { x: touch.clientX, y: touch.clientY, by: 0 } : null;
  }

  /** @param {TouchEvent} event */
  function move(event) {
    const touch = event.touches[0];
    if (!pull || !touch) return;
    const down = touch.clientY - pull.y;
    if (!pull.by && (down < 6 || Math.abs(touch.clientX - pull.x) > down)) {
      if (down < -6 || Math.abs(touch.clientX - pull.x) > 12) pull = null;
      return;
    }
    if (event.cancelable) event.preventDefault();
    pull.by = Math.max(1, Math.min(FARTHEST, down / 2));
    settle(pull.by >= PULLED ? "ready" : "pulling", pull.by);
  }

  async function end() {
    const enough = pull !== null && pull.by >= PULLED;
    pull = null;
    if (!enough) return settle("", 0);
    busy = true;
    settle("busy", PULLED);
    await Promise.allSettled([refresh(), new Promise((done) => setTimeout(done, 400))]);
    busy = false;
    settle("", 0);
  }

  /** @param {"" | "pulling" | "ready" | "busy"} state @param {number} height */
  function settle(state, height) {
    sign.dataset.state = state;
    sign.style.setProperty("height", `${height}px`);
    const words = { "": "", pulling: "", ready: "Let go to refresh", busy: "Refreshing…" }[state];
    if (sign.lastElementChild) sign.lastElementChild.textContent = words;
  }
}
