// @ts-check
/**
 * @import { Store } from "../store.js"
 * @import { Router } from "../router.js"
 */

/** The back gesture closes what lies over a place before it leaves the place. @param {Store} store @param {Router} router */
export function coverWhileOpen(store, router) {
  let covered = false;
  store.subscribe(() => {
    const { sheet, menu, drawer } = store.ui;
    const open = sheet !== null || menu !== null || drawer;
    if (open === covered) return;
    covered = open;
    const settings = router.place.name === "settings"; // a place of its own
    if (open) settings || router.cover();
    else if (settings) router.back();
    else router.uncover();
  });
}
