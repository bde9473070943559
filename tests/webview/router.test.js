// @ts-check
import { describe, expect, test } from "vitest";
import { AddressBar, formatPlace, parsePlace, Router } from "../../webview/js/router.js";

describe("places", () => {
  test.each([
    ["", { name: "list" }],
    ["#", { name: "list" }],
    ["#nonsense", { name: "list" }],
    ["#asks", { name: "asks" }],
    ["#session=ses_1", { name: "session", id: "ses_1" }],
    ["#project=a%2Fb%20c", { name: "project", id: "a/b c" }],
    ["#ask=x%26y", { name: "ask", id: "x&y" }],
    ["#settings", { name: "settings" }],
    ["#session=s1&item=m%2F2", { name: "session", id: "s1", item: "m/2" }],
    ["#session=s1&item=", { name: "session", id: "s1" }],
    ["#project=/home/ada/c++", { name: "project", id: "/home/ada/c++" }],
    ["#project=%E0%A4%A", { name: "project", id: "%E0%A4%A" }],
    ["#files=p1&path=src%2Fa%26b.py", { name: "files", id: "p1", path: "src/a&b.py" }],
    ["#split=a,b%2Cc,a,", { name: "split", ids: ["a", "b,c"] }],
    ["#split=a,a", { name: "session", id: "a" }],
    ["#split=,", { name: "list" }],
    ["#session=__proto__", { name: "list" }],
    ["#project=constructor", { name: "list" }],
    ["#ask=%74oString", { name: "list" }],
    ["#split=a,__proto__", { name: "session", id: "a" }],
  ])("%s", (hash, place) => {
    expect(parsePlace(hash)).toEqual(place);
  });

  test.each([
    { name: /** @type {const} */ ("session"), id: "a=b", item: "c&d" },
    { name: /** @type {const} */ ("files"), id: "p", path: "x y/ü&=#.md" },
    { name: /** @type {const} */ ("split"), ids: ["a,b", "c&d"] },
    { name: /** @type {const} */ ("settings") },
  ])("%o survives", (place) => {
    expect(parsePlace(formatPlace(place))).toEqual(place);
  });

  test.each(["a b", "a&b=c", "ü/ö", "100%"])("an id like %s survives", (id) => {
    expect(parsePlace(formatPlace({ name: "session", id }))).toEqual({ name: "session", id });
  });
});

test("going somewhere is a step in the history, going there again is none", () => {
  /** @type {string[]} */ const places = [];
  const router = new Router(new AddressBar(window), (place) => places.push(formatPlace(place)));
  const before = window.history.length;
  router.go({ name: "session", id: "s1" });
  router.go({ name: "session", id: "s1" });
  expect(window.history.length).toBe(before + 1);
  expect(places).toEqual(["#session=s1", "#session=s1"]);
});

/** An address whose steps back arrive when the test says so, as a browser's do. */
class Steps {
  /** @type {string[]} */ past = [];
  hash = "";
  /** @type {() => void} */ moved = () => {};
  /** @param {string} hash */
  push(hash) {
    this.past.push(this.hash);
    this.hash = hash;
  }
  /** @param {string} hash */
  replace(hash) {
    this.hash = hash;
  }
  back() {
    return this.past.length > 0;
  }
  /** @param {() => void} moved */
  listen(moved) {
    this.moved = moved;
  }
  /** The browser takes a step back. */
  stepped() {
    this.hash = this.past.pop() ?? "";
    this.moved();
  }
}

describe("a sheet over a place", () => {
  function covered() {
    const steps = new Steps();
    /** @type {string[]} */ const seen = [];
    const router = new Router(
      steps,
      (place) => seen.push(formatPlace(place)),
      () => seen.push("uncovered"),
    );
    router.start();
    router.go({ name: "session", id: "s1" });
    router.cover();
    seen.length = 0;
    return { steps, router, seen };
  }

  test("the step back closes it, the next one leaves the place", () => {
    const { steps, seen } = covered();
    steps.stepped();
    expect(seen).toEqual(["uncovered"]);
    steps.stepped();
    expect(seen).toEqual(["uncovered", ""]);
  });

  test("closed by its button, its step is gone and the place stays", () => {
    const { steps, router, seen } = covered();
    router.uncover();
    steps.stepped();
    expect(seen).toEqual([]);
    expect([steps.hash, steps.past.length]).toEqual(["#session=s1", 1]);
  });

  test("a place chosen in it takes its step", () => {
    const { steps, router } = covered();
    router.go({ name: "asks" });
    expect([steps.hash, steps.past]).toEqual(["#asks", ["", "#session=s1"]]);
  });

  test("a place chosen while it closes comes after", () => {
    const { steps, router, seen } = covered();
    router.uncover();
    router.go({ name: "asks" });
    expect(seen).toEqual(["#asks"]);
    steps.stepped();
    expect([steps.hash, steps.past]).toEqual(["#asks", ["", "#session=s1"]]);
    expect(seen).toEqual(["#asks"]);
  });
});
