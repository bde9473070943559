// @ts-check
import { beforeEach, expect, test } from "vitest";
import { changeBack, Notifying, withChange } from "../../../webview/js/settings/notifying.js";
import { Store } from "../../../webview/js/store.js";
import { FakeChannel } from "../fake_channel.js";
import { notificationsView, RULE } from "../samples.js";

/** @type {FakeChannel} */ let channel;
/** @type {Store} */ let store;
/** @type {Notifying} */ let notifying;
/** What the hub has. @type {any} */ let view;

beforeEach(async () => {
  channel = new FakeChannel();
  store = new Store((callback) => callback());
  view = notificationsView();
  channel.answers["notifications.get"] = () => view;
  channel.answers["notifications.update"] = (change) => {
    view = { ...view, rules: withChange(view.rules, change) };
    return view;
  };
  notifying = new Notifying({ store, channel });
  await notifying.load();
  channel.calls = [];
});

const rules = () => store.ui.notifications?.rules;

test("what is shown is fetched anew when the hub says that it is old, and only then", async () => {
  notifying.keepUp();
  expect(channel.calls).toEqual([]);
  store.setUi({ notificationsChanged: 1 });
  notifying.keepUp();
  notifying.keepUp();
  expect(channel.named("notifications.get")).toHaveLength(1);
  store.setData({ ...store.data, epoch: "another hub" });
  notifying.keepUp();
  expect(channel.named("notifications.get")).toHaveLength(2);
});

test("a change is in sight before the hub has it", async () => {
  const change = { error: { ...RULE, telegram: false } };
  const saved = notifying.change(change);
  expect(rules()?.error.telegram).toBe(false);
  expect(await saved).toBeNull();
  expect(channel.named("notifications.update")).toEqual([{ name: "notifications.update", params: change }]);
});

test("a change that the hub refuses is taken back, also when nothing can be fetched any more", async () => {
  channel.answers["notifications.update"] = () => Promise.reject(new Error("no"));
  channel.answers["notifications.get"] = () => Promise.reject(new Error("away"));
  expect(await notifying.change({ error: { ...RULE, telegram: false }, projects: { p1: "nothing" } })).not.toBeNull();
  expect(rules()).toEqual(notificationsView().rules);
  expect(store.ui.notificationsProblem).not.toBeNull();
});

test("of quick changes each is kept: they reach the hub in order, and no answer undoes a later one", async () => {
  /** @type {(() => void)[]} */ const doors = [];
  const answer = channel.answers["notifications.update"];
  channel.answers["notifications.update"] = (change) => new Promise((done) => doors.push(() => done(answer?.(change))));
  const first = notifying.change({ stuck: { ...RULE, push: false } });
  const second = notifying.change({ stuck: { ...RULE, push: false, sound: false } });
  await settle();
  expect(doors).toHaveLength(1);
  doors[0]?.();
  await first;
  expect(rules()?.stuck).toEqual({ ...RULE, push: false, sound: false });
  await settle();
  doors[1]?.();
  await second;
  expect(view.rules.stuck).toEqual({ ...RULE, push: false, sound: false });
});

test("what undoes a change brings back exactly what was there", () => {
  const before = {
    ...notificationsView().rules,
    projects: { /** @type {"asks"} */ p1: /** @type {const} */ ("asks") },
  };
  const change = {
    ask: { ...RULE, push: false },
    projects: { p1: /** @type {const} */ ("nothing"), p2: /** @type {const} */ ("asks") },
  };
  const after = withChange(before, change);
  expect(after).not.toEqual(before);
  expect(withChange(after, changeBack(before, change))).toEqual(before);
});

test("a test that cannot be sent says why", async () => {
  channel.answers["notifications.test"] = () => Promise.reject(new Error("no"));
  expect(await notifying.test({ channel: "push" })).toMatchObject({ ok: false });
});

async function settle() {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
