// @ts-check
import { describe, expect, test } from "vitest";
import { blocksOf, renderBlock, renderMarkdown } from "../../../webview/js/transcript/markdown.js";
import CORPUS from "../xss.json" with { type: "json" };

/** @param {string} text */
function draw(text) {
  const whole = document.createElement("div");
  whole.append(renderMarkdown(text));
  return whole;
}

const ELEMENTS =
  "A BLOCKQUOTE BR CODE DEL EM H1 H2 H3 H4 H5 H6 HR LI OL P PRE STRONG TABLE TBODY TD TH THEAD TR UL".split(" ");
const ATTRIBUTES = ["href", "title", "start", "align", "class", "target", "rel"];

describe("text from an agent cannot do anything", () => {
  test.each(CORPUS)("%s", (text) => {
    for (const element of draw(text).querySelectorAll("*")) {
      expect(ELEMENTS).toContain(element.tagName);
      for (const name of element.getAttributeNames()) expect(ATTRIBUTES).toContain(name);
      expect(element.getAttribute("href") ?? "https:").toMatch(/^(https?:|mailto:)/);
    }
  });

  test("markup is shown as it was written", () => {
    expect(draw("a <b>bold</b> claim").textContent?.trim()).toBe("a <b>bold</b> claim");
  });
});

describe("markdown", () => {
  test("links lead out, in a tab of their own", () => {
    const link = draw("[docs](https://example.org/a)").querySelector("a");
    expect(link?.getAttribute("href")).toBe("https://example.org/a");
    expect(link?.getAttribute("rel")).toBe("noopener noreferrer");
    expect(link?.getAttribute("target")).toBe("_blank");
  });

  test("a path to a file is no link that would leave the page", () => {
    expect(draw("[sse.js](webview/js/sse.js)").querySelector("a")?.hasAttribute("href")).toBe(false);
  });

  test("images become links: nothing is loaded from elsewhere", () => {
    const whole = draw("![a cat](https://example.org/cat.png)");
    expect(whole.querySelector("img")).toBeNull();
    expect(whole.querySelector("a")?.textContent).toBe("a cat");
  });

  test("code keeps its language, and nothing else as a class", () => {
    expect(draw("```js\nlet a;\n```").querySelector("code")?.className).toBe("language-js");
  });

  test("blocks whose source is unchanged are the same blocks", () => {
    const before = blocksOf("# One\n\nTwo").map((block) => block.raw);
    const after = blocksOf("# One\n\nTwo and more").map((block) => block.raw);
    expect(after[0]).toBe(before[0]);
    expect(after).toHaveLength(2);
  });

  test("a link defined elsewhere still leads there", () => {
    const [block] = blocksOf("See [x].\n\n[x]: https://example.org/");
    const whole = document.createElement("div");
    if (block) whole.append(renderBlock(block));
    expect(whole.querySelector("a")?.getAttribute("href")).toBe("https://example.org/");
  });
});
