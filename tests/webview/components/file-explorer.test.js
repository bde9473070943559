// @ts-check
import { afterEach, expect, test } from "vitest";
import { CallError } from "../../../webview/js/host/channel.js";
import { actingPage } from "./acting-page.js";
import { button } from "./page.js";

afterEach(() => document.body.replaceChildren());

const settle = () => new Promise((done) => setTimeout(done, 0));
const off = () => Promise.reject(new CallError(403, "files_off", "Looking at files is switched off."));

/** @param {any} editor */
async function explorer(editor) {
  const answers = { "files.tree": off, "settings.update": () => ({ settings: [] }) };
  const shown = actingPage("file-explorer", {}, answers);
  shown.actions.editor = editor;
  shown.store.setUi({ view: "files", files: { projectId: "p1", path: null, line: null } });
  await settle();
  return shown;
}

test("looking at files can be switched on where it is missed", async () => {
  const { element, channel } = await explorer(null);
  button(element, "Let files be read").click();
  await settle();
  expect(channel.named("settings.update")).toHaveLength(1);
});

test("in VS Code that is a matter of VS Code's settings, and the files come once it is done", async () => {
  /** @type {string[]} */ const ran = [];
  const { element, channel, store } = await explorer({ run: (/** @type {string} */ command) => ran.push(command) });
  button(element, "Open VS Code's settings").click();
  expect([ran, channel.named("settings.update")]).toEqual([["pilot.settings"], []]);
  channel.answers["files.tree"] = () => ({ entries: [{ name: "a.md", kind: "file" }], truncated: false });
  const { hub } = store.data;
  if (hub) store.setData({ ...store.data, hub: { ...hub, files: true } });
  await settle();
  expect(element.querySelector("folder-tree")?.textContent).toContain("a.md");
});
