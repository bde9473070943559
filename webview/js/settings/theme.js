// @ts-check

/** What a person can choose; "system" follows the device. */
export const THEMES = /** @type {const} */ ([
  { id: "system", label: "System" },
  { id: "light", label: "Light" },
  { id: "dark", label: "Dark" },
  { id: "contrast", label: "High contrast" },
]);

/** @param {string | null} kept @returns {typeof THEMES[number]["id"]} */
export function readTheme(kept) {
  return THEMES.find(({ id }) => id === kept)?.id ?? "system";
}

const BARS = { light: "#f3f3f0", dark: "#0d0f12" };

/** Dress the page; the browser's own bar goes with it. @param {Document} page @param {string} theme */
export function applyTheme(page, theme) {
  if (theme === "system") delete page.documentElement.dataset.theme;
  else page.documentElement.dataset.theme = theme;
  for (const meta of page.querySelectorAll("meta[name=theme-color]")) {
    const own = meta.getAttribute("media")?.includes("dark") ? BARS.dark : BARS.light;
    const bar = theme === "light" || theme === "dark" ? BARS[theme] : own;
    meta.setAttribute("content", bar);
  }
}
