// @ts-check

/**
 * Find the pairing code in what a person pastes or types: a whole link, its fragment, the long code, or the short one.
 * @param {string} text
 * @returns {string | null}
 */
export function codeIn(text) {
  const trimmed = text.trim();
  const typed = /^([0-9a-z]{4})[\s-]*([0-9a-z]{4})$/i.exec(trimmed);
  if (typed) return `${typed[1]}-${typed[2]}`.toUpperCase();
  const named = /[#?&]code=([^&\s]+)/.exec(trimmed);
  if (named?.[1]) return decode(named[1]);
  return /^[\w-]{4,}$/.test(trimmed) ? trimmed : null;
}

/**
 * A name people recognise in a list of devices: "Firefox on Linux".
 * @param {string} userAgent
 */
export function deviceName(userAgent) {
  const browser = firstOf(
    userAgent,
    { Edge: /Edg\//, Firefox: /Firefox|FxiOS/, Chrome: /Chrome|CriOS/, Safari: /Safari/ },
    "Browser",
  );
  const systems = {
    iPhone: /iPhone/,
    iPad: /iPad/,
    Android: /Android/,
    macOS: /Mac OS/,
    Windows: /Windows/,
    Linux: /Linux/,
  };
  const system = firstOf(userAgent, systems, "");
  return system ? `${browser} on ${system}` : browser;
}

/** @param {string} text @param {Record<string, RegExp>} patterns @param {string} otherwise */
function firstOf(text, patterns, otherwise) {
  return Object.keys(patterns).find((name) => patterns[name]?.test(text)) ?? otherwise;
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
