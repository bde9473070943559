// @ts-check
import { afterEach, describe, expect, test, vi } from "vitest";
import { copyText, downloadText, shareMenu } from "../../../webview/js/host/handing-out.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

/** @param {object} navigator @param {boolean} [coarse] @returns {any} as much of a window as is touched */
const world = (navigator, coarse = true) => ({
  navigator,
  document,
  setTimeout: () => 0,
  matchMedia: () => ({ matches: coarse }),
});

test("a text is saved as a file of that name, whatever is in it", async () => {
  /** @type {Blob[]} */ const blobs = [];
  vi.stubGlobal("URL", {
    createObjectURL: (/** @type {Blob} */ blob) => `blob:${blobs.push(blob)}`,
    revokeObjectURL: () => {},
  });
  /** @type {string[]} */ const clicked = [];
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function () {
    clicked.push(this.download);
  });
  downloadText(world({}), "cart.md", "text/markdown", "# Cärt <b>");
  expect(clicked).toEqual(["cart.md"]);
  expect(await blobs[0]?.text()).toBe("# Cärt <b>");
  expect(document.querySelector("a")).toBeNull();
});

describe("copying", () => {
  test("uses the clipboard where there is one", async () => {
    /** @type {string[]} */ const texts = [];
    const clipboard = { writeText: async (/** @type {string} */ text) => void texts.push(text) };
    expect(await copyText(world({ clipboard }), "a")).toBe(true);
    expect(texts).toEqual(["a"]);
  });

  test("goes the old way where there is none, and gives the focus back", async () => {
    const button = document.createElement("button");
    document.body.append(button);
    button.focus();
    /** @type {unknown[]} */ const selected = [];
    document.execCommand = (command) => selected.push(command, document.querySelector("textarea")?.value) > 0;
    expect(await copyText(world({}), "b")).toBe(true);
    expect(selected).toEqual(["copy", "b"]);
    expect([document.querySelector("textarea"), document.activeElement]).toEqual([null, button]);
  });
});

describe("sharing", () => {
  test("is there on phones that have a menu for it only", () => {
    expect(shareMenu(world({}))).toBeNull();
    expect(shareMenu(world({ share: () => {} }, false))).toBeNull();
  });

  test("hands over a file where files are taken, else the text", async () => {
    /** @type {any[]} */ const shared = [];
    const share = async (/** @type {any} */ content) => void shared.push(content);
    await shareMenu(world({ share, canShare: () => true }))?.("a.md", "text/markdown", "x");
    await shareMenu(world({ share }))?.("a.md", "text/markdown", "x");
    expect([shared[0].files[0].name, shared[1]]).toEqual(["a.txt", { text: "x", title: "a.md" }]);
  });

  test("that was waved away is no error", async () => {
    const share = () => Promise.reject(new DOMException("no", "AbortError"));
    await expect(shareMenu(world({ share }))?.("a.md", "text/markdown", "x")).resolves.toBeUndefined();
    const broken = () => Promise.reject(new Error("no"));
    await expect(shareMenu(world({ share: broken }))?.("a.md", "text/markdown", "x")).rejects.toThrow("no");
  });
});
