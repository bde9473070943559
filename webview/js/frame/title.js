// @ts-check

/**
 * Say in the tab's title, its icon and the app's badge how many asks wait.
 * @param {Document} document
 * @param {number} waiting
 */
export function showWaiting(document, waiting) {
  const title = waiting ? `(${waiting}) Pilot` : "Pilot";
  if (document.title === title) return;
  document.title = title;
  const link = document.querySelector("link[rel=icon]");
  link?.setAttribute("href", waiting ? "/static/icons/favicon-waiting.svg" : "/static/icons/favicon.svg");
  badge(navigator, waiting);
}

/** @param {Navigator & { setAppBadge?: (count: number) => Promise<void> }} navigator @param {number} waiting */
function badge(navigator, waiting) {
  navigator.setAppBadge?.(waiting)?.catch(() => {}); // only installed apps may
}
