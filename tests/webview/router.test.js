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
  ])("%s", (hash, place) => {
    expect(parsePlace(hash)).toEqual(place);
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
