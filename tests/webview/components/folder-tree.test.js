// @ts-check
/** @import { FolderTree } from "../../../webview/js/components/folder-tree.js" */
import { expect, test } from "vitest";
import { CallError } from "../../../webview/js/host/channel.js";
import { actingPage, settled } from "./acting-page.js";

test("a folder that is not there says so, instead of loading for ever", async () => {
  const gone = new CallError(404, "not_found", "That folder is not there.", "It may have been moved or removed.");
  const { element } = actingPage("folder-tree", {}, { "files.tree": () => Promise.reject(gone) });
  // SAFETY: the element registered under that name
  /** @type {FolderTree} */ (element).show("p1", null);
  expect(element.textContent).toBe("Loading…");
  await settled();
  expect(element.textContent).toBe("That folder is not there. It may have been moved or removed.");
});
