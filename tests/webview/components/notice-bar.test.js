// @ts-check
import { afterEach, expect, test } from "vitest";
import { session } from "../samples.js";
import { actingPage } from "./acting-page.js";

afterEach(() => document.body.replaceChildren());

test("news comes above a sheet's buttons, which stay under the finger", () => {
  const { element, store } = actingPage("settings-sheet", { sessions: [session()] });
  store.setUi({ sheet: "settings" });
  const parts = [...(element.querySelector("dialog")?.children ?? [])].map(({ localName }) => localName);
  expect(parts.slice(-3)).toEqual(["notice-bar", "footer", "ask-banner"]);
});

test("news is in sight over an open sheet, and leads out of it", () => {
  const { element, store } = actingPage("about-sheet", { sessions: [session()] });
  store.setUi({ sheet: "about", notice: { message: "The page says this below." } });
  const told = { id: "t", kind: /** @type {const} */ ("finished"), at: 0, title: "Codex is done", sessionId: "s1" };
  store.setUi({ told: { ...told, body: "", project: "api", quick: [], urgent: false } });
  expect(element.querySelector("notice-bar")?.textContent).toBe("Codex is done · apiOpen");
  element.querySelector("notice-bar")?.querySelector("button")?.click();
  expect([store.ui.sheet, store.ui.told]).toEqual([null, null]);
  expect(element.querySelector("notice-bar")).toBeNull();
});
