// @ts-check
import { expect, test } from "vitest";
import { CallError } from "../../../webview/js/host/channel.js";
import { EVERY, FIRST_AFTER, Spending } from "../../../webview/js/panels/spending.js";
import { dayBars, shownAlert } from "../../../webview/js/panels/spent.js";
import { emptyUi, Store } from "../../../webview/js/store.js";
import { FakeChannel } from "../fake_channel.js";
import { events, session } from "../samples.js";

const ZERO = { inputTokens: 0, outputTokens: 0, cacheTokens: 0, costUsd: 0 };
const SUMMARY = { today: ZERO, week: ZERO, days: [], agents: [], budget: {} };

/** @param {() => any} answer */
function spending(answer) {
  const store = new Store((callback) => callback());
  const channel = new FakeChannel();
  channel.answers["usage.summary"] = answer;
  /** @type {{ run: () => void, ms: number }[]} */ const timers = [];
  const kept = new Spending({ store, channel, later: (run, ms) => timers.push({ run, ms }) });
  store.setData({ ...store.data, epoch: "e1" });
  store.setUi({ phase: "ready" });
  const used = () => {
    for (const event of events({ type: "pilot.usage.updated", usage: session().usage })) store.apply(event);
  };
  return { store, channel, timers, used, kept };
}

test("what was spent is asked for once after the start, then seldom however often it grows", async () => {
  const { channel, timers, used } = spending(() => SUMMARY);
  expect(timers.map(({ ms }) => ms)).toEqual([FIRST_AFTER]);
  timers.shift()?.run();
  await Promise.resolve();
  for (let i = 0; i < 50; i++) used();
  expect(timers.map(({ ms }) => ms)).toEqual([EVERY]);
  timers.shift()?.run();
  await Promise.resolve();
  expect(channel.named("usage.summary")).toHaveLength(2);
  expect(timers).toEqual([]);
});

test("a hub that does not tell is not asked again", async () => {
  const { channel, timers, used } = spending(() => Promise.reject(new CallError(403, "forbidden", "No.")));
  timers.shift()?.run();
  await new Promise((done) => setTimeout(done));
  used();
  expect([timers, channel.calls.length]).toEqual([[], 1]);
});

test("days without any are bars too, up to today", () => {
  const bars = dayBars([{ ...ZERO, day: "2026-02-28", costUsd: 2, inputTokens: 3 }], 3, "2026-03-01");
  expect(bars).toEqual([
    { day: "2026-02-27", costUsd: 0, tokens: 0 },
    { day: "2026-02-28", costUsd: 2, tokens: 3 },
    { day: "2026-03-01", costUsd: 0, tokens: 0 },
  ]);
});

test("no budget, no alert", () => {
  const spent = { ...SUMMARY, today: { ...ZERO, costUsd: 1_000 } };
  expect(shownAlert({ ...emptyUi(), spending: spent }, session(), 0)).toBeNull();
  expect(shownAlert({ ...emptyUi(), spending: { ...spent, budget: { dayUsd: 5 } } }, undefined, 0)?.period).toBe("day");
});

test("a budget that was waved away stays away after a reload, until the next day", () => {
  const kept = new Map();
  const lasting = { getItem: (/** @type {string} */ key) => kept.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ text) => void kept.set(key, text), removeItem: () => {} }; // biome-ignore format: one thought
  const tools = { channel: new FakeChannel(), later: () => {}, lasting };
  const spent = { ...SUMMARY, today: { ...ZERO, costUsd: 9 }, budget: { dayUsd: 5 } };
  const first = new Store((callback) => callback());
  const alert = shownAlert({ ...first.ui, spending: spent }, undefined, Date.now());
  if (alert) new Spending({ store: first, ...tools }).dismiss(alert);
  const second = new Store((callback) => callback());
  new Spending({ store: second, ...tools });
  const ui = { ...second.ui, spending: spent };
  expect(shownAlert(ui, undefined, Date.now())).toBeNull();
  expect(shownAlert(ui, undefined, Date.now() + 86_400_000)?.period).toBe("day");
});

test("what the hub told yesterday is not told as today's", () => {
  const told = { period: /** @type {const} */ ("day"), spentUsd: 9, limitUsd: 5, at: 0 };
  expect(shownAlert({ ...emptyUi(), budgetReached: told }, undefined, 1_000)).toBe(told);
  expect(shownAlert({ ...emptyUi(), budgetReached: told }, undefined, 3 * 86_400_000)).toBeNull();
});
