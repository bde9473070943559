import { beforeEach, describe, expect, it } from "vitest";
import { registerDiff } from "../../../extension/src/diff/register";
import type { Parts } from "../../../extension/src/parts";
import type { AskFile } from "../../../extension/src/protocol.gen";
import { partsOf } from "../fakes/parts";
import { Scene, settled } from "../fakes/scene";
import { person, TabInputText, TabInputTextDiff, Uri, window } from "../fakes/vscode";

const FILE: AskFile = { path: "/home/ada/app/app.py", status: "modified", base: "a\n", proposed: "b\n" };
const OTHER: AskFile = { path: "/home/ada/app/new.py", status: "added", proposed: "n\n" };
const OUTSIDE: AskFile = { path: "/etc/x.conf", status: "modified", problem: "It is outside the project." };

let scene: Scene;
let parts: Parts;

/** VS Code's own commands that open diffs, as tabs. */
function openTabs(): void {
  person.register("vscode.diff", (before, after, title) =>
    window.tabGroups.open(String(title), new TabInputTextDiff(uri(before), uri(after))),
  );
  person.register("vscode.changes", (title, files) => {
    if (!Array.isArray(files)) throw new Error("vscode.changes wants a list");
    const textDiffs = files.map(([, original, modified]) => ({ original, modified }));
    window.tabGroups.open(`${title} (${files.length} files)`, { textDiffs });
  });
}

function uri(given: unknown): Uri {
  if (!(given instanceof Uri)) throw new Error("not an address");
  return given;
}

function titles(): string[] {
  return window.tabGroups.tabs.map((tab) => tab.label);
}

async function run(command: string, ...given: unknown[]): Promise<void> {
  await person.execute(command, ...given);
  await settled();
}

/** The address of what a diff proposes. */
function proposedIn(tab: { input: unknown } | undefined): string {
  if (!(tab?.input instanceof TabInputTextDiff)) throw new Error("not a diff");
  return tab.input.modified.toString();
}

function decided(): unknown[] {
  return person.executed.filter(({ command }) => command === "pilot.ask.approve").map(({ given }) => given[0]);
}

beforeEach(async () => {
  scene = await new Scene().connect();
  parts = partsOf(scene);
  openTabs();
  registerDiff(parts);
  scene.hub.answers["asks.files"] = () => ({ files: [FILE] });
});

describe("a pending edit", () => {
  it("opens as a diff that can be answered", async () => {
    scene.asks({ id: "per_1" });
    await run("pilot.ask.diff", "per_1");
    expect(titles()).toEqual(["OpenCode wants to edit app.py"]);
    expect(person.context.get("pilot.diff.waits")).toBe(true);
    await run("pilot.diff.approve");
    expect(decided()).toEqual(["per_1"]);
  });

  it("opens several files together", async () => {
    scene.hub.answers["asks.files"] = () => ({ files: [FILE, OTHER] });
    scene.asks({ id: "per_1" });
    await run("pilot.ask.diff", { ask: { id: "per_1" } });
    expect(titles()).toEqual(["OpenCode wants to edit (2 files)"]);
    expect(person.context.get("pilot.diff.waits")).toBe(true);
  });

  it("says which file cannot be shown, and shows its patch", async () => {
    scene.hub.answers["asks.files"] = () => ({ files: [FILE, OUTSIDE] });
    const files = [
      { path: "/etc/x.conf", patch: "@@ -1 +1 @@", additions: 1, deletions: 1, status: "modified" as const },
    ];
    scene.asks({ id: "per_1", files });
    await run("pilot.ask.diff", "per_1");
    expect(titles()).toEqual(["/etc/x.conf.diff", "OpenCode wants to edit app.py, and 1 not shown"]);
    expect(person.told.map(({ message }) => message)).toEqual([
      "x.conf cannot be shown as a diff, so you see its patch: It is outside the project.",
    ]);
  });

  it("says so if nothing of it can be shown", async () => {
    scene.hub.answers["asks.files"] = () => ({ files: [OUTSIDE] });
    scene.asks({ id: "per_1" });
    await run("pilot.ask.diff", "per_1");
    expect(titles()).toEqual([]);
    expect(person.told[0]?.message).toBe("x.conf cannot be shown as a diff: It is outside the project.");
  });

  it("is refused for an ask that changes no files", async () => {
    scene.hub.answers["asks.files"] = () => ({ files: [] });
    scene.asks({ id: "per_1" });
    await run("pilot.ask.diff", "per_1");
    expect(person.told).toMatchObject([{ kind: "error", message: "This ask changes no files." }]);
  });

  it("is refused for an ask that is gone, or was answered", async () => {
    await run("pilot.ask.diff", "per_gone");
    scene.ends(scene.asks({ id: "per_1" }));
    await run("pilot.ask.diff", "per_1");
    expect(titles()).toEqual([]);
    expect(person.told.map(({ kind }) => kind)).toEqual(["error", "error"]);
    expect(person.told[1]?.message).toBe("Allowed once by Anna's phone.");
  });

  it("does not open if it is answered while its files are read", async () => {
    const waiting = scene.asks({ id: "per_1" });
    scene.hub.answers["asks.files"] = () => {
      scene.ends(waiting);
      return { files: [FILE] };
    };
    await run("pilot.ask.diff", "per_1");
    expect(titles()).toEqual([]);
    expect(person.told).toMatchObject([{ kind: "error", message: "Allowed once by Anna's phone." }]);
  });

  it("closes when it is answered elsewhere, and the status bar says who did", async () => {
    const waiting = scene.asks({ id: "per_1" });
    await run("pilot.ask.diff", "per_1");
    scene.ends(waiting);
    await settled();
    expect(titles()).toEqual([]);
    expect(person.told.at(-1)).toMatchObject({ kind: "status", message: expect.stringContaining("Anna's phone") });
    expect(person.context.get("pilot.diff.waits")).toBe(false);
  });

  it("stays if it is pinned, but cannot be answered any more", async () => {
    const waiting = scene.asks({ id: "per_1" });
    await run("pilot.ask.diff", "per_1");
    for (const tab of window.tabGroups.tabs) tab.isPinned = true;
    scene.ends(waiting);
    await settled();
    expect(titles()).toHaveLength(1);
    expect(person.context.get("pilot.diff.waits")).toBe(false);
    await run("pilot.diff.approve");
    expect(decided()).toEqual([]);
  });
});

describe("the buttons of the editor's title", () => {
  it("are there for the diff in front only", async () => {
    scene.asks({ id: "per_1" });
    await run("pilot.ask.diff", "per_1");
    window.tabGroups.open("app.py", new TabInputText(Uri.file("/home/ada/app/app.py")));
    expect(person.context.get("pilot.diff.waits")).toBe(false);
    await run("pilot.diff.approve");
    expect(decided()).toEqual([]);
    expect(person.told.at(-1)?.message).toBe("The diff in front belongs to nothing that waits.");
  });

  it("answer the ask whose diff is in front, not the newest", async () => {
    scene.asks({ id: "per_1" });
    scene.asks({ id: "per_2" });
    await run("pilot.ask.diff", "per_2");
    await run("pilot.ask.diff", "per_1");
    await run("pilot.diff.approve");
    expect(decided()).toEqual(["per_1"]);
  });

  it("never approve an ask that became another one", async () => {
    scene.asks({ id: "per_1", digest: "d1" });
    await run("pilot.ask.diff", "per_1");
    scene.asks({ id: "per_1", digest: "d2" });
    await settled();
    expect(person.context.get("pilot.diff.waits")).toBe(false);
    await run("pilot.diff.approve");
    expect(decided()).toEqual([]);
  });

  it("belong to the texts in front: of an ask that changed, to the new ones only", async () => {
    scene.asks({ id: "per_1", digest: "d1" });
    await run("pilot.ask.diff", "per_1");
    const [old] = window.tabGroups.tabs;
    scene.asks({ id: "per_1", digest: "d2" });
    scene.hub.answers["asks.files"] = () => ({ files: [{ ...FILE, proposed: "other\n" }] });
    let early: unknown;
    const stop = window.tabGroups.onDidChangeTabs(() => {
      early ??= person.context.get("pilot.diff.waits");
    });
    await run("pilot.ask.diff", "per_1");
    stop.dispose();
    expect(early).toBe(false);
    expect(person.context.get("pilot.diff.waits")).toBe(true);
    const [now] = window.tabGroups.tabs;
    expect(proposedIn(now)).not.toBe(proposedIn(old)); // else VS Code shows the text it has
    window.tabGroups.open("old", old?.input);
    expect(person.context.get("pilot.diff.waits")).toBe(false);
  });

  it("are gone while the hub is", async () => {
    scene.asks({ id: "per_1" });
    await run("pilot.ask.diff", "per_1");
    scene.hub.become({ kind: "reconnecting" });
    await settled();
    expect(person.context.get("pilot.diff.waits")).toBe(false);
  });
});

it("offers the edits that wait when none is named", async () => {
  await run("pilot.ask.diff");
  expect(person.told.at(-1)?.message).toBe("No edit waits for an answer.");
  const files = [{ path: "a", additions: 1, deletions: 0, status: "modified" as const }];
  scene.asks({ id: "per_1" });
  scene.asks({ id: "per_2", files });
  await run("pilot.ask.diff");
  expect(titles()).toEqual(["OpenCode wants to edit app.py"]);
  await run("pilot.diff.approve");
  expect(decided()).toEqual(["per_2"]);
});
