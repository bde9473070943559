// @ts-check
import { describe, expect, test } from "vitest";
import { isWholePath } from "../../../webview/js/format.js";
import { emptyState, fromSnapshot } from "../../../webview/js/reduce.js";
import { startsOf } from "../../../webview/js/writing/starts.js";
import { session, snapshot } from "../samples.js";

const agent = {
  agent: "codex",
  state: /** @type {const} */ ("ready"),
  connections: 0,
  starts: true,
  unknownEvents: {},
};
const shop = { id: "p1", name: "shop", directory: "/home/dev/shop" };
const billing = { id: "p2", name: "billing", directory: "/home/dev/billing" };

/** @param {Parameters<typeof snapshot>[0]} change */
const starts = (change) => startsOf(fromSnapshot(emptyState(), snapshot({ projects: [shop, billing], ...change })));

describe("a new session", () => {
  test("of an agent that Pilot starts goes into any project, or another folder", () => {
    const folders = ["/home/dev/billing", "/home/dev/shop"];
    expect(starts({ agents: [agent], sessions: [] })).toEqual([{ agent: "codex", anywhere: true, folders }]);
  });

  test("of another goes only where that agent runs now", () => {
    const sessions = [session(), session({ id: "s2", live: false, directory: "/home/dev/billing" })];
    expect(starts({ sessions })).toEqual([{ agent: "opencode", anywhere: false, folders: ["/home/dev/shop"] }]);
  });

  test("is offered with all of them, by name", () => {
    const both = starts({ agents: [agent], sessions: [session(), session({ id: "s2" })] });
    expect(both.map((one) => [one.agent, one.folders.length])).toEqual([
      ["codex", 2],
      ["opencode", 1],
    ]);
  });

  test("is not offered where an agent is missing, nor beside a recording", () => {
    const demo = session({ demo: true });
    expect(starts({ agents: [{ ...agent, state: "not_installed" }], sessions: [demo] })).toEqual([]);
    expect(starts({ agents: [agent], sessions: [demo] })[0]?.folders).toEqual(["/home/dev/billing"]);
  });

  test.each([
    ["/", true],
    ["/home/dev", true],
    ["C:\\work", true],
    ["d:/work", true],
    ["\\\\server\\share", true],
    ["shop", false],
    ["~/shop", false],
    ["./shop", false],
    ["", false],
  ])("starts in a whole path: %s is one: %s", (path, whole) => {
    expect(isWholePath(path)).toBe(whole);
  });
});
