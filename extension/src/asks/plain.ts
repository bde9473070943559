/** Agents' words made safe to show in VS Code. Pure. */

const LONGEST = 100_000; // characters of a line
const WIDE = 0x1100; // scripts from here on have letters as wide as they are high
const LOOKED_AT = 200; // characters beyond those that are shown

/** Controls but for tab and newline, what has no width or turns the text around; not what joins emoji, nor what `plain` put in. */
const HIDDEN =
  /[^\P{Cc}\t\n]|[\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|[\u{e0100}-\u{e01ef}]|(?!\u200d|(?<=[$\]])\u200b\()\p{Cf}|(?<!\p{Extended_Pictographic}\ufe0f?)\u200d/gu;

/** Make characters that are not seen, or turn the text around, visible: “‹U+202E›”. */
export function visible(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(HIDDEN, (found) => `‹U+${code(found)}›`);
}

/**
 * Text for a label, a description or a message: one line, no icon and no link in it.
 *
 * VS Code draws `$(name)` as an icon and `[text](command:…)` in messages as a link that runs a command,
 * and has no way to escape either; a space without width takes them apart.
 */
export function plain(text: string): string {
  const line = visible(text.slice(0, LONGEST)).replace(/\s+/g, " ").trim();
  return line.replace(/\$\(/g, "$\u200b(").replace(/\]\(/g, "]\u200b(");
}

/** The same, cut to a length; never in the middle of a character. */
export function brief(text: string, length: number): string {
  const head = text.slice(0, length * 4 + LOOKED_AT); // enough even of long characters and spaces
  const line = [...plain(head)];
  if (line.length <= length && head.length === text.length) return line.join("");
  return `${line
    .slice(0, length - 1)
    .join("")
    .trimEnd()}…`;
}

/** The lines of a text as rows of at most the width of so many letters; what goes on begins with “↪ ”. */
export function rows(text: string, width: number): string[] {
  return visible(text)
    .split("\n")
    .flatMap((line) => wrapped(line.replace(/\t/g, "    ").trimEnd(), width));
}

function wrapped(line: string, width: number): string[] {
  const found: string[] = [];
  let row = "";
  let room = width;
  for (const character of line) {
    room -= widthOf(character);
    if (room < 0) {
      found.push(row);
      row = "↪ ";
      room = width - widthOf(character);
    }
    row += character;
  }
  return [...found, row];
}

/** In letters of VS Code's font, rather too much: what does not fit would not be seen. */
function widthOf(character: string): number {
  if ((character.codePointAt(0) ?? 0) >= WIDE) return 2;
  return /[A-Zmw@%&#+<>=~—]/.test(character) ? 1.5 : 1;
}

function code(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}
