import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { leadsThere } from "../../../extension/src/dashboard/browser";
import { fileInside, openFile } from "../../../extension/src/dashboard/files";
import { askOf, shownOf } from "../../../extension/src/dashboard/places";
import { standing } from "../../../extension/src/dashboard/standing";
import { dashboardVisible, onDashboardVisible, setVisible } from "../../../extension/src/dashboard/visible";
import { person, reset, Uri, window, workspace } from "../fakes/vscode";

beforeEach(reset);

describe("files", () => {
  const folders = ["/home/me/app", "/srv/other/"];

  test.each([
    ["/home/me/app/src/a.js", "/home/me/app/src/a.js"],
    ["/home/me/app/x/../b.js", "/home/me/app/b.js"],
    ["/home/me/app/..b", "/home/me/app/..b"],
    ["/srv/other/c", "/srv/other/c"],
  ])("%s can be opened", (path, normal) => {
    expect(fileInside(path, folders)).toBe(normal);
  });

  test.each([
    "/etc/passwd",
    "/home/me/app",
    "/home/me/app2/a",
    "/home/me/app/../secret",
    "/home/me/app/../../me/app2/x",
    "src/a.js",
    "../app/a.js",
    "~/app/a.js",
    "file:///home/me/app/a.js",
    "/home/me/app/a\0.js",
    "",
  ])("%j cannot", (path) => {
    expect(fileInside(path, folders)).toBeUndefined();
  });

  test("one that is elsewhere is said to be so, and stays closed", async () => {
    workspace.workspaceFolders = [{ uri: Uri.file("/home/me/app"), name: "app" }];
    await openFile("/etc/passwd");
    expect(person.told.at(-1)?.message).toContain("/etc/passwd could not be opened.");
    expect(window.tabGroups.all.flatMap(({ tabs }) => tabs)).toEqual([]);
  });
});

test.each([
  ["http://127.0.0.1:4000/pair#code=x", true], // a desktop on the same machine
  ["http://localhost:51234/pair#code=x", true], // a tunnel of Remote-SSH
  ["http://127.0.0.1:8080/proxy/4000/pair#code=x", false], // code-server
  ["https://name-4000.app.github.dev/pair#code=x", false], // Codespaces
])("%s leads to the hub: %s", (external, leads) => {
  expect(leadsThere("http://127.0.0.1:4000/pair#code=x", external)).toBe(leads);
});

describe("places", () => {
  test.each([
    [
      { kind: "session", id: "s" },
      { name: "session", id: "s" },
    ],
    [
      { kind: "ask", id: "a" },
      { name: "ask", id: "a" },
    ],
    [
      { kind: "project", id: "p" },
      { name: "project", id: "p" },
    ],
    [{ kind: "pair" }, undefined],
    [{ kind: "session", id: "" }, undefined],
    [{ kind: "shell", id: "p" }, undefined],
    ["s", undefined],
    [undefined, undefined],
    [null, undefined],
  ])("%j", (argument, place) => {
    expect(shownOf(argument)).toEqual(place);
  });

  test.each([
    ["a1", "a1"],
    [{ ask: { id: "a2" } }, "a2"],
    [{ ask: null }, undefined],
    [{ session: { id: "s" } }, undefined],
    [undefined, undefined],
  ])("ask %j", (argument, id) => {
    expect(askOf(argument)).toEqual(id === undefined ? undefined : { name: "ask", id });
  });
});

describe("where the hub stands", () => {
  test("nothing to say while it is there", () => {
    expect(standing({ kind: "connected", version: "1", pid: 1 })).toEqual({ type: "hub", connected: true, away: null });
  });

  test("on its way: what happens now, and nothing to press", () => {
    const { away } = standing({ kind: "starting", step: "Installing…" });
    expect(away).toEqual({ coming: true, message: "Installing…", offers: [] });
    expect(standing({ kind: "starting", step: "" }).away?.message).toBe("Pilot is starting…");
  });

  test.each([
    [{ kind: "stopped", by: "Anna" } as const, /Anna/, ["pilot.start", "pilot.logs"]],
    [{ kind: "stopped" } as const, /stopped/, ["pilot.start", "pilot.logs"]],
    [{ kind: "reconnecting" } as const, /again/, ["pilot.logs"]],
    [
      { kind: "failed", problem: { code: "no_python", message: "No Python." } } as const,
      /^No Python/,
      ["pilot.choosePython", "pilot.logs", "pilot.start"],
    ],
  ])("%j: what happened and what to do", (state, words, commands) => {
    const { connected, away } = standing(state);
    expect(connected).toBe(false);
    expect(away?.message).toMatch(words);
    expect(away?.offers.map(({ command }) => command)).toEqual(commands);
  });
});

describe("being in view", () => {
  afterEach(() => {
    setVisible("view", false);
    setVisible("panel", false);
  });

  test("is told when it begins and ends, however many surfaces show it", () => {
    const told: boolean[] = [];
    const listening = onDashboardVisible((visible) => told.push(visible));
    setVisible("view", true);
    setVisible("panel", true);
    setVisible("view", false);
    expect(dashboardVisible()).toBe(true);
    setVisible("panel", false);
    setVisible("panel", false);
    expect(dashboardVisible()).toBe(false);
    expect(told).toEqual([true, false]);
    listening.dispose();
  });
});
