import { describe, expect, it } from "vitest";
import { unapply } from "../../../extension/src/diff/unapply";

describe("taking a patch back", () => {
  it("gives the text before", () => {
    const patch = "--- a\n+++ b\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n@@ -5 +5,2 @@\n five\n+six\n";
    expect(unapply("one\nTWO\nthree\nfour\nfive\nsix\n", patch)).toBe("one\ntwo\nthree\nfour\nfive\n");
  });

  it("makes a new file empty, and a deleted one whole", () => {
    expect(unapply("a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n")).toBe("");
    expect(unapply("", "@@ -1,2 +0,0 @@\n-a\n-b\n")).toBe("a\nb\n");
  });

  it("keeps a missing last newline missing", () => {
    const patch = "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n";
    expect(unapply("b\n", patch)).toBe("a");
    expect(unapply("b", "@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file")).toBe("a\n");
    expect(unapply("b", patch)).toBeUndefined();
  });

  it("inserts where lines only went away", () => {
    expect(unapply("a\nc\n", "@@ -2 +1,0 @@\n-b\n")).toBe("a\nb\nc\n");
  });

  it("keeps Windows' line ends", () => {
    expect(unapply("a\r\nB\r\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+B\r\n")).toBe("a\r\nb\r\n");
  });

  it("refuses a text that was changed since", () => {
    expect(unapply("one\nelse\n", "@@ -1 +1 @@\n-zero\n+two\n")).toBeUndefined();
    expect(unapply("", "@@ -1 +1 @@\n-zero\n+two\n")).toBeUndefined();
  });
});
