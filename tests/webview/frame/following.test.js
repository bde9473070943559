// @ts-check
import { expect, test } from "vitest";
import { followTerminal } from "../../../webview/js/frame/following.js";
import { formatPlace } from "../../../webview/js/router.js";
import { Store } from "../../../webview/js/store.js";

/** @param {object} change @returns {any} */
function wish(change) {
  const place = { kind: "project", id: "p1" };
  return { type: "pilot.place.requested", epoch: "e", seq: 1, at: Date.now(), surface: "mine", place, ...change };
}

test("a page goes where a terminal wants it, unless another page is meant, or it was long ago", () => {
  const store = new Store((callback) => callback());
  /** @type {string[]} */ const gone = [];
  followTerminal(store, "mine", (place) => gone.push(formatPlace(place)));
  store.apply(wish({ seq: 1 }));
  store.apply(wish({ seq: 1 }));
  store.apply(wish({ seq: 2, place: { kind: "session", id: "s1" } }));
  store.apply(wish({ seq: 3, surface: "another" }));
  store.apply(wish({ seq: 4, at: Date.now() - 120_000 }));
  store.apply(wish({ seq: 5, place: { kind: "pair" } }));
  expect(gone).toEqual(["#project=p1", "#session=s1"]);
});
