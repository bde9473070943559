// @ts-check
/**
 * Builds elements. Text only ever enters as text: there is no way to pass markup through here.
 *
 * @typedef {Node | string | number | false | null | undefined} Child
 * @typedef {{ class?: string, on?: Record<string, (event: any) => void>, style?: Record<string, string>, [name: string]: unknown }} Props
 */

/**
 * Make an element: `h("button", { class: "link", on: { click } }, "Stop")`.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  setProps(element, props ?? {});
  element.append(...children.filter(isShown).map(toNode));
  return element;
}

/**
 * Set attributes, listeners and styles; false, null and undefined remove an attribute.
 * @param {HTMLElement} element
 * @param {Props} props
 */
export function setProps(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (name === "on") listen(element, props.on ?? {});
    else if (name === "style") setStyles(element, props.style ?? {});
    else setAttribute(element, name, value);
  }
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {unknown} value
 */
export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value === true ? "" : value)) {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * Set text only where it differs, so that selections and screen readers are left in peace.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Make the children match a list; elements keep their identity (focus, scroll, open state) by key.
 * @template T
 * @template {Element} E
 * @param {Element} parent
 * @param {readonly T[]} values
 * @param {(value: T) => string} keyOf
 * @param {(value: T) => E} make
 * @param {(element: E, value: T) => void} update
 */
export function keyed(parent, values, keyOf, make, update) {
  const keys = new Set(values.map(keyOf));
  /** @type {Map<string, E>} */
  const have = new Map();
  for (const child of [...parent.children]) {
    const key = keysOf.get(child);
    // SAFETY: only elements made by `make` for this parent carry a key
    if (key !== undefined && keys.has(key) && !have.has(key)) have.set(key, /** @type {E} */ (child));
    else child.remove();
  }
  let next = parent.firstElementChild;
  for (const value of values) {
    const key = keyOf(value);
    const element = have.get(key) ?? make(value);
    keysOf.set(element, key);
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
    update(element, value);
  }
}

/** @type {WeakMap<Element, string>} */
const keysOf = new WeakMap();

/** @param {Child} child @returns {child is Node | string | number} */
function isShown(child) {
  return child !== false && child !== null && child !== undefined;
}

/** @param {Node | string | number} child */
function toNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

/** @param {Element} element @param {Record<string, (event: any) => void>} listeners */
function listen(element, listeners) {
  for (const [name, listener] of Object.entries(listeners)) element.addEventListener(name, listener);
}

/** @param {HTMLElement} element @param {Record<string, string>} styles */
function setStyles(element, styles) {
  for (const [name, value] of Object.entries(styles)) element.style.setProperty(name, value);
}
