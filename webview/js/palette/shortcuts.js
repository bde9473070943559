// @ts-check
/**
 * Every key and what it does: the one table behind the keys, the palette and the shortcuts sheet. Pure.
 *
 * @typedef {"Anywhere" | "Asks" | "Sessions" | "Writing" | "Palette"} ShortcutGroup
 * @typedef {object} Shortcut
 * @property {string} id of the action, or of the command in the palette that does the same
 * @property {string[]} keys one or the other; "Mod" is Command on a Mac and Ctrl elsewhere
 * @property {string} what
 * @property {ShortcutGroup} group
 */

/** @type {readonly Shortcut[]} */
export const SHORTCUTS = [
  { id: "palette", keys: ["Mod+K", "P"], what: "Find anything", group: "Anywhere" },
  { id: "shortcuts", keys: ["?"], what: "Show this list", group: "Anywhere" },
  { id: "leave", keys: ["Esc"], what: "Leave the field, close, go back", group: "Anywhere" },
  { id: "allow", keys: ["A"], what: "Allow once", group: "Asks" },
  { id: "deny", keys: ["D"], what: "Deny", group: "Asks" },
  { id: "ask-previous", keys: ["["], what: "Previous ask", group: "Asks" },
  { id: "ask-next", keys: ["]"], what: "Next ask", group: "Asks" },
  { id: "asks", keys: ["W"], what: "Show all that waits", group: "Asks" },
  { id: "new", keys: ["N"], what: "New session", group: "Sessions" },
  { id: "session-next", keys: ["J", "↓"], what: "Next session", group: "Sessions" },
  { id: "session-previous", keys: ["K", "↑"], what: "Previous session", group: "Sessions" },
  { id: "undo", keys: ["Mod+Z"], what: "Take back: closed, archived, deleted, renamed", group: "Sessions" },
  { id: "column", keys: ["F6"], what: "Next session side by side", group: "Sessions" },
  { id: "tab-move", keys: ["Alt+Shift+←", "Alt+Shift+→"], what: "Move the project's tab", group: "Sessions" },
  { id: "write", keys: ["/", "I"], what: "Write a prompt", group: "Writing" },
  { id: "send", keys: ["Enter"], what: "Send", group: "Writing" },
  { id: "newline", keys: ["Shift+Enter"], what: "New line", group: "Writing" },
  { id: "later", keys: ["Alt+Enter"], what: "Send after this turn, where the agent can wait", group: "Writing" },
  { id: "history", keys: ["↑", "↓"], what: "Earlier prompts, from the first or last line", group: "Writing" },
  { id: "mention", keys: ["@"], what: "Mention a file", group: "Writing" },
  { id: "slash", keys: ["/"], what: "At the beginning: the agent’s commands", group: "Writing" },
  { id: "stop", keys: ["Esc Esc"], what: "Stop the turn", group: "Writing" },
  { id: "models", keys: ["M"], what: "Switch the model", group: "Writing" },
  { id: "beside", keys: ["Alt+Enter"], what: "Open beside", group: "Palette" },
  { id: "palette-back", keys: ["Backspace"], what: "Back, when nothing is typed", group: "Palette" },
];

/** @param {string} id @returns {string[] | undefined} */
export function keysFor(id) {
  return SHORTCUTS.find((shortcut) => shortcut.id === id)?.keys;
}

/** The table by group, in order. @returns {[group: ShortcutGroup, shortcuts: Shortcut[]][]} */
export function shortcutGroups() {
  const groups = [...new Set(SHORTCUTS.map(({ group }) => group))];
  return groups.map((group) => [group, SHORTCUTS.filter((shortcut) => shortcut.group === group)]);
}

/** A combination as it is printed on the keys: "Mod+K" is ["⌘", "K"] on a Mac. @param {string} keys @param {boolean} mac */
export function printed(keys, mac) {
  return keys.split(/[+ ]/).map((key) => (mac ? (ON_A_MAC[key] ?? key) : (ELSEWHERE[key] ?? key)));
}

/** @type {Record<string, string>} */
const ON_A_MAC = { Mod: "⌘", Alt: "⌥", Shift: "⇧", Enter: "↩", Backspace: "⌫", Esc: "esc" };
/** @type {Record<string, string>} */
const ELSEWHERE = { Mod: "Ctrl" };

/** @param {Pick<Navigator, "userAgent">} navigator */
export function isMac(navigator) {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
