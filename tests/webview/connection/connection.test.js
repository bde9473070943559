// @ts-check
import { expect, test } from "vitest";
import { ConnectionWords, clockTime } from "../../../webview/js/connection/connection.js";

/** @param {object} [change] @returns {any} */
const now = (change) => ({
  connection: { state: "open" },
  away: null,
  asOf: null,
  offline: false,
  waiting: 0,
  ...change,
});
const noon = new Date(2026, 0, 5, 12, 0).getTime();
const lost = now({ connection: { state: "waiting", retryAt: noon + 6_000 }, asOf: noon });

test("a hiccup is not worth a word, neither when it comes nor when it goes", () => {
  const words = new ConnectionWords();
  expect(words.say(lost, noon)).toBeNull();
  expect(words.say(lost, noon + 1_000)).toBeNull();
  expect(words.say(now(), noon + 1_400)).toBeNull();
});

test("a longer gap says since when, when it goes on, and what waits; its end is told for a moment", () => {
  const words = new ConnectionWords();
  words.say(lost, noon);
  expect(words.say({ ...lost, waiting: 2 }, noon + 2_000)).toEqual({
    words: "Pilot cannot be reached. What you see is as of 12:00. 2 prompts to be sent.",
    rest: "Next try in 0:04",
    retry: true,
  });
  const connecting = now({ connection: { state: "connecting" }, asOf: noon });
  expect(words.say(connecting, noon + 6_000)?.words).toBe("Reconnecting… What you see is as of 12:00.");
  expect(words.say(now({ waiting: 1 }), noon + 7_000)?.words).toBe("Back. Sending 1 prompt…");
  expect(words.say(now(), noon + 9_000)?.words).toBe("Back.");
  expect(words.say(now(), noon + 9_600)).toBeNull();
});

test("a device without a network is told so, and the editor's word goes before ours", () => {
  const words = new ConnectionWords();
  words.say(lost, noon);
  expect(words.say({ ...lost, offline: true }, noon + 2_000)?.words).toMatch(/^This device is offline\./);
  const away = { message: "Pilot is starting.", hint: "One moment.", coming: true, offers: [] };
  expect(words.say({ ...lost, away }, noon + 2_000)?.words).toBe("Pilot is starting. One moment.");
});

test("a time of another day says which", () => {
  expect(clockTime(noon, noon + 3_600_000)).toBe("12:00");
  expect(clockTime(noon, noon + 86_400_000)).toBe("Mon 5 Jan, 12:00");
});
