// @ts-check
/** Line icons on a 16×16 grid, one stroke weight; colour follows the text. */
const PATHS = {
  check: "M3.5 8.5l3 3 6-7",
  cross: "M4 4l8 8M12 4l-8 8",
  left: "M10 3.5L5.5 8l4.5 4.5",
  right: "M6 3.5L10.5 8 6 12.5",
  up: "M8 12.500V3M4 7.500l4-4 4 4",
  down: "M8 3v9.5M4 8.5l4 4 4-4",
  fold: "M4 6.5l4 4 4-4",
  stop: "M4.5 4.5h7v7h-7z",
  shell: "M3 4.5L6.5 8 3 11.5M8.5 12H13",
  edit: "M3 13l.6-2.6L10.8 3.2l2 2L5.6 12.4z",
  read: "M4 2.5h5.5L12 5v8.5H4zM6.5 7h3M6.5 10h3",
  search: "M7 3a4 4 0 100 8 4 4 0 000-8zM10 10l3.2 3.2",
  fetch: "M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11zM2.5 8h11M8 2.5c-4 3.5-4 7.500 0 11M8 2.5c4 3.500 4 7.500 0 11",
  task: "M3.500 3.500h4v4h-4zM8.500 8.500h4v4h-4zM5.500 7.500v3h3",
  list: "M6 4h7M6 8h7M6 12h7M3 4h.01M3 8h.01M3 12h.01",
  other: "M8 5.500v5M5.500 8h5M2.500 8a5.500 5.500 0 1011 0 5.500 5.500 0 10-11 0",
  think: "M3 8h.01M8 8h.01M13 8h.01",
  alert: "M8 2.500l6 10.500H2zM8 6.500v3M8 11.300h.01",
  ask: "M3 3.500h10v7H8.500L5.500 13v-2.500H3zM8 5.500v1.800M8 9h.01",
  plus: "M8 3.500v9M3.500 8h9",
  info: "M8 2.500a5.500 5.500 0 100 11 5.500 5.500 0 000-11zM8 7.500v3.200M8 5.300h.01",
  keyboard: "M2 4.500h12v7H2zM4.500 7h.01M7 7h.01M9.500 7h.01M12 7h.01M5 9.500h6",
  copy: "M5.500 5.500h7v7h-7zM3.500 10.500v-7h7",
  link: "M6.500 9.500l3-3M7.500 5l1.200-1.200a2.500 2.500 0 013.500 3.500L11 8.500M8.500 11l-1.200 1.200a2.500 2.500 0 01-3.500-3.500L5 7.500",
  pin: "M6 2.500h4l-.5 4.500 2 2.500h-7l2-2.500zM8 9.500v4",
  share: "M5.500 6.500L8 4l2.500 2.500M8 4v6.500M3.500 8.500v4.500h9v-4.500",
  save: "M5.500 7.500L8 10l2.500-2.500M8 3v7M3.500 10.500v2.500h9v-2.500",
  again: "M12.500 8a4.500 4.500 0 11-1.300-3.200M12.500 2.500v3h-3",
  folder: "M2.500 12.500v-9h4l1.500 2h5.500v7z",
  file: "M4 2.500h5.500L12 5v8.500H4zM9.500 2.500V5H12",
  mention:
    "M10.300 8a2.300 2.300 0 11-4.600 0 2.300 2.300 0 014.600 0zm0 0v.8a1.600 1.600 0 003.200 0V8a5.500 5.500 0 10-2.200 4.400",
  columns: "M2.500 3.500h11v9h-11zM8 3.500v9",
  wrap: "M3 4h10M3 8h8a2 2 0 010 4H8.500M10 10.500L8.500 12l1.500 1.500M3 12h2.500",
  out: "M9.500 3h3.500v3.500M13 3L7.500 8.500M11 9v4H3V5h4",
  picture: "M2.500 3.500h11v9h-11zM2.500 11l3.500-3.500 3 3 2-2 2.500 2.500M10.500 6h.01",
  denied: "M8 2.500a5.500 5.500 0 100 11 5.500 5.500 0 000-11zM4.200 4.200l7.600 7.600",
  dots: "M3.500 8h.01M8 8h.01M12.500 8h.01",
  funnel: "M2.500 4h11M4.500 8h7M6.500 12h3",
  panel: "M2.500 3.500h11v9h-11zM6.500 3.500v9",
  panel_right: "M2.500 3.500h11v9h-11zM9.500 3.500v9",
  phone: "M5 2.500h6v11H5zM7.500 11.500h1",
  plane: "M14 2.500L2 7.500l4 1.500 1.500 4.500zM6 9l8-6.500",
  gear: "M8 5.800a2.200 2.200 0 100 4.400 2.200 2.200 0 000-4.400zM8 2v1.800M8 12.200V14M2 8h1.800M12.200 8H14M3.800 3.800L5 5M11 11l1.200 1.200M12.200 3.800L11 5M5 11l-1.200 1.200",
};

/** @typedef {keyof typeof PATHS} IconName */

/** @param {IconName} name @returns {SVGSVGElement} */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
