// @ts-check
/**
 * The word under the caret that asks for a list: `@part/of/a.path`, or `/command` at the beginning. Pure.
 * @typedef {{ kind: "file" | "command", from: number, to: number, query: string }} Asked
 */

/** @param {string} text @param {number} caret @returns {Asked | null} */
export function askedAt(text, caret) {
  const before = text.slice(0, caret);
  const command = /^\/(\S*)$/.exec(before);
  if (command) return { kind: "command", from: 0, to: wordEnd(text, caret), query: command[1] ?? "" };
  const file = /(?:^|[\s([{"'`,;])@([^\s@]*)$/.exec(before);
  if (!file) return null;
  const query = file[1] ?? "";
  return { kind: "file", from: caret - query.length - 1, to: wordEnd(text, caret), query };
}

/**
 * The text with what was chosen in place of the word, and where the caret goes on.
 * A folder goes on: what is in it is asked for next.
 * @param {string} text
 * @param {Asked} asked
 * @param {string} chosen a path, or a command's name
 */
export function withChosen(text, asked, chosen) {
  const word = `${asked.kind === "file" ? "@" : "/"}${chosen}`;
  const after = text.slice(asked.to);
  const space = chosen.endsWith("/") || /^\s/.test(after) ? "" : " ";
  const caret = asked.from + word.length + (chosen.endsWith("/") ? 0 : 1);
  return { text: text.slice(0, asked.from) + word + space + after, caret };
}

/** @param {string} text @param {number} caret */
function wordEnd(text, caret) {
  const rest = /^\S*/.exec(text.slice(caret));
  return caret + (rest?.[0].length ?? 0);
}
