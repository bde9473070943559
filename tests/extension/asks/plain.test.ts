import { describe, expect, test } from "vitest";
import { brief, plain, rows, visible } from "../../../extension/src/asks/plain";
import { HOSTILE } from "../fakes/scene";

const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)/i; // as VS Code finds links in messages
const ICON = /\$\([a-z0-9-]+(~[a-z]+)?\)/i; // as VS Code finds icons in labels

describe("agents' words in labels and messages", () => {
  test("are no link, no icon and one line", () => {
    expect(LINK.test(HOSTILE) && ICON.test(HOSTILE)).toBe(true);
    expect(plain(HOSTILE)).not.toMatch(LINK);
    expect(plain(HOSTILE)).not.toMatch(ICON);
    expect(plain(HOSTILE)).not.toContain("\n");
    expect(plain(plain(HOSTILE))).toBe(plain(HOSTILE));
  });

  test("show what is hidden or turns the text around", () => {
    expect(visible("a\u202eb\u200bc\u0007\u2066d\u{e0041}\u{e0101}\u00ad")).toBe(
      "a‹U+202E›b‹U+200B›c‹U+0007›‹U+2066›d‹U+E0041›‹U+E0101›‹U+00AD›",
    );
    expect(visible("a\r\nb\tc\rd")).toBe("a\nb\tc‹U+000D›d");
  });

  test("keep letters of every script and emoji as they are", () => {
    for (const text of ["naïve Größe", "日本語", "سلام", "👩‍💻 ✔️", "हिन्दी"]) expect(plain(text)).toBe(text);
  });

  test("are cut between characters and say so", () => {
    expect(brief("👩👩👩👩", 3)).toBe("👩👩…");
    expect(brief("short", 5)).toBe("short");
    expect([...brief("x".repeat(2_000_000), 10)]).toHaveLength(10);
  });

  test("stay whole in rows, whatever their length", () => {
    expect(rows("ab\n\tcdefghij", 6)).toEqual(["ab", "    cd", "↪ efghij"]);
    expect(rows("WWWW日本", 6)).toEqual(["WWWW", "↪ 日本"]);
    expect(rows("a\u202eb", 20)).toEqual(["a‹U+202E›b"]);
  });
});
