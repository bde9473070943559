// @ts-check
import "../../../webview/js/components/all.js";
import "../../../webview/js/later.js";
import { Actions } from "../../../webview/js/actions.js";
import { Sync } from "../../../webview/js/connection/sync.js";
import { provide } from "../../../webview/js/element.js";
import { emptyState, fromSnapshot } from "../../../webview/js/reduce.js";
import { Store } from "../../../webview/js/store.js";
import { Drafts } from "../../../webview/js/writing/drafts.js";
import { FakeChannel } from "../fake_channel.js";
import { snapshot } from "../samples.js";

/**
 * A page with one element on it and real actions over a hub that answers as told.
 * @param {string} name
 * @param {Parameters<typeof snapshot>[0]} [change]
 * @param {Record<string, (params: any) => any>} [answers] by call
 */
export function actingPage(name, change, answers = {}) {
  const store = new Store((callback) => callback());
  const channel = new FakeChannel();
  Object.assign(channel.answers, answers);
  /** @type {(() => void)[]} */ const waiting = [];
  /** @type {[string, string, string][]} */ const saved = [];
  /** @type {string[]} */ const copied = [];
  const clock = {
    setTimeout: (/** @type {() => void} */ callback) => waiting.push(callback),
    now: () => 0,
    random: () => 0,
  };
  const actions = new Actions({
    store,
    channel,
    doorbell: { pair: async () => null, waitForYes: async () => null, leave: async () => {} },
    sync: new Sync(store, channel, clock),
    drafts: new Drafts(null),
    uuid: () => "u",
    later: (callback) => waiting.push(callback),
    isWide: () => true,
    outlet: {
      save: (...file) => void saved.push(file),
      copy: async (text) => copied.push(text) > 0,
      share: null,
    },
  });
  store.setData(fromSnapshot(emptyState(), snapshot(change)));
  store.setUi({ phase: "ready", sessionId: "s1", projectId: "p1", view: "session" });
  const root = document.createElement("div");
  provide(root, { store, actions });
  const element = document.createElement(name);
  root.append(element);
  document.body.replaceChildren(root);
  return { store, channel, actions, element, waiting, saved, copied };
}

/** Let promises that are settled be heard. */
export async function settled() {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
