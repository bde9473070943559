// @ts-check
import { beforeEach, describe, expect, test } from "vitest";
import { h, keyed, setAttribute, setText } from "../../webview/js/html.js";

const NASTY = `<img src=x onerror="alert(1)">&amp;"'`;

describe("h", () => {
  test("text stays text", () => {
    const element = h("p", { title: NASTY }, NASTY, h("b", null, NASTY));
    expect(element.querySelector("img")).toBeNull();
    expect(element.textContent).toBe(NASTY + NASTY);
    expect(element.title).toBe(NASTY);
  });

  test("false, null and undefined are neither children nor attributes; 0 is", () => {
    const element = h("p", { hidden: false, id: null, lang: undefined, "data-n": 0 }, false, null, undefined, 0);
    expect(element.getAttributeNames()).toEqual(["data-n"]);
    expect(element.textContent).toBe("0");
  });

  test("listeners listen", () => {
    let clicks = 0;
    h("button", { on: { click: () => clicks++ } }).click();
    expect(clicks).toBe(1);
  });
});

describe("keyed", () => {
  /** @type {HTMLElement} */ let list;
  beforeEach(() => {
    list = document.createElement("ul");
  });
  const draw = (/** @type {string[]} */ keys) =>
    keyed(
      list,
      keys,
      (key) => key,
      () => h("li"),
      (element, key) => setText(element, key),
    );
  const shown = () => [...list.children].map((child) => child.textContent).join("");

  test.each([
    ["abc", "abc"],
    ["abc", "cab"],
    ["abc", "b"],
    ["", "abc"],
    ["abc", ""],
    ["abcd", "aXbdY"],
    ["abc", "cba"],
  ])("%s becomes %s", (from, to) => {
    draw([...from]);
    draw([...to]);
    expect(shown()).toBe(to);
  });

  test("elements keep their identity by key", () => {
    draw(["a", "b"]);
    const b = list.children[1];
    draw(["x", "b", "a"]);
    expect(list.children[1]).toBe(b);
  });
});

test("setAttribute writes only what differs", () => {
  const element = h("p", { title: "x" });
  let writes = 0;
  const write = element.setAttribute.bind(element);
  element.setAttribute = (name, value) => {
    writes++;
    write(name, value);
  };
  setAttribute(element, "title", "x");
  setAttribute(element, "title", "y");
  expect(writes).toBe(1);
});
