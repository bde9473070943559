// @ts-check
import { expect, test } from "vitest";
import { Places } from "../../../webview/js/frame/places.js";
import { emptyState, fromSnapshot } from "../../../webview/js/reduce.js";
import { Store } from "../../../webview/js/store.js";
import { FakeChannel } from "../fake_channel.js";
import { session, snapshot } from "../samples.js";

function places() {
  const store = new Store((callback) => callback());
  store.setData(fromSnapshot(emptyState(), snapshot({ sessions: [session()] })));
  store.setUi({ phase: "ready", view: "session", sessionId: "s1", projectId: "p1" });
  // SAFETY: places use nothing else of them
  const tools = /** @type {any} */ ({ store, channel: new FakeChannel(), sync: { want() {} }, isWide: () => true });
  const shown = new Places(tools);
  store.subscribe(() => shown.somethingIfNothing());
  const hears = (/** @type {string} */ id) =>
    store.setData({ ...store.data, projects: { ...store.data.projects, [id]: { id, name: id, directory: `/${id}` } } });
  return { store, shown, hears };
}

test("a project that the hub is about to tell of is shown once it is known", () => {
  const { store, shown, hears } = places();
  shown.show({ name: "project", id: "p9" });
  expect(store.ui.projectId).not.toBe("p9");
  hears("p9");
  expect(store.ui).toMatchObject({ view: "session", sessionId: null, projectId: "p9" });
});

test("who has gone elsewhere meanwhile is left there", () => {
  const { store, shown, hears } = places();
  shown.show({ name: "project", id: "p9" });
  shown.show({ name: "session", id: "s1" });
  hears("p9");
  expect(store.ui).toMatchObject({ sessionId: "s1", projectId: "p1" });
});
