// @ts-check
import { expect, test } from "vitest";
import { lastArrival, lastError, reachedWords, receiverWords } from "../../../webview/js/settings/channel-words.js";
import { channelState, endpoint } from "../samples.js";

const NOW = 10_000_000;
const MINUTE = 60_000;

test("the last delivery names when and who", () => {
  const two = [
    endpoint({ id: "a", name: "Tablet" }),
    endpoint({ id: "b", name: "Anna's phone", deliveredAt: NOW - 2 * MINUTE }),
  ];
  expect(lastArrival(channelState({ deliveredAt: NOW - 2 * MINUTE, endpoints: two }), NOW)).toBe(
    "Last delivery 2 min ago, Anna's phone",
  );
  expect(lastArrival(channelState({ deliveredAt: NOW - 10, endpoints: [] }), NOW)).toBe("Last delivery just now");
  expect(lastArrival(channelState({}), NOW)).toBe("");
});

test("an error says when it was", () => {
  expect(lastError({ error: "Refused.", errorAt: NOW - MINUTE }, NOW)).toBe("Refused. (1 min ago)");
  expect(lastError({ error: "Refused." }, NOW)).toBe("Refused.");
  expect(lastError({}, NOW)).toBe("");
});

test("a receiver that is paused is tried again", () => {
  expect(receiverWords(endpoint({ state: "paused", error: "Gone." }), NOW)).toBe("Paused, tried again later. Gone.");
  expect(receiverWords(endpoint({}), NOW)).toBe("Nothing was sent yet");
});

test("many receivers are not all named", () => {
  const many = [1, 2, 3, 4, 5].map((id) => endpoint({ id: String(id), name: `Window ${id}` }));
  expect(reachedWords(channelState({ channel: "desk", endpoints: many }))).toBe(
    "Window 1, Window 2, Window 3 and 2 more",
  );
});
