import { beforeEach, describe, expect, test } from "vitest";
import { type Row, RowTree } from "../../../extension/src/trees/rows";
import { sessionRows } from "../../../extension/src/trees/sessionRows";
import { SessionsView } from "../../../extension/src/trees/sessions";
import { WaitingView } from "../../../extension/src/trees/waiting";
import { askTooltip } from "../../../extension/src/trees/waitingRows";
import { HOSTILE, Scene, settled } from "../fakes/scene";
import { type MarkdownString, person, screen, type ThemeIcon, type TreeItem } from "../fakes/vscode";

const PACED_MS = 300; // the sessions are drawn a few times a second at most
const NOW = 10_000_000;

let scene: Scene;

beforeEach(async () => {
  scene = new Scene();
});

interface Provider {
  getChildren(row?: Row): Row[];
  getTreeItem(row: Row): TreeItem & { iconPath: ThemeIcon };
  resolveTreeItem(item: TreeItem, row: Row): { tooltip: MarkdownString };
}

function tree() {
  const [view] = screen.trees;
  if (!view) throw new Error("no view");
  const provider = view.provider as unknown as Provider; // SAFETY: a RowTree is behind each view
  const draw = (row: Row) => ({
    row,
    item: provider.getTreeItem(row),
    tooltip: () => provider.resolveTreeItem(provider.getTreeItem(row), row).tooltip,
  });
  return { view, lines: (row?: Row) => provider.getChildren(row).map(draw) };
}

describe("the view of what waits", () => {
  beforeEach(async () => {
    new WaitingView(scene);
    await scene.connect();
  });

  test("has a line for each ask, and the number on the icon", async () => {
    scene.session();
    scene.asks({ decisions: ["allow_once", "allow_always", "deny", "release"] });
    scene.asks({
      id: "edit",
      createdAt: 2,
      command: undefined,
      files: [{ path: "/home/ada/app/a.py", additions: 2, deletions: 1, status: "modified" }],
    });
    await settled();
    const [first, second] = tree().lines();
    expect([first?.item.label, first?.item.description, first?.item.iconPath.id]).toEqual([
      "npm test",
      "OpenCode · app",
      "terminal",
    ]);
    expect(first?.item.contextValue).toBe("ask allow_once allow_always deny release deny_note");
    expect([second?.item.label, second?.item.contextValue]).toEqual([
      "a.py +2 −1",
      "ask allow_once deny deny_note diff",
    ]);
    expect(tree().view.badge).toEqual({ value: 2, tooltip: "2 asks wait for you" });
    expect(person.context.get("pilot.waiting")).toBe(2);
    expect(first?.item.command).toMatchObject({ command: "pilot.ask.answer", arguments: [{ ask: { id: "per_1" } }] });
  });

  test("hands the ask to commands, and clears", async () => {
    const waiting = scene.asks();
    await settled();
    expect(tree().lines()[0]?.row.ask).toBe(waiting);
    scene.ends(waiting);
    await settled();
    expect([tree().lines(), tree().view.badge, person.context.get("pilot.waiting")]).toEqual([[], undefined, 0]);
  });

  test("an ask that changed is another line", async () => {
    scene.asks();
    await settled();
    const before = tree().lines()[0]?.item.id;
    scene.asks({ digest: "d2", input: { more: true } });
    await settled();
    expect(tree().lines()[0]?.item.id).not.toBe(before);
  });

  test("tells everything in the tooltip, as text", async () => {
    scene.asks({ command: `${HOSTILE}\n\`\`\`\n[x](command:evil)`, reason: "because" });
    await settled();
    const tooltip = tree().lines()[0]?.tooltip();
    expect(tooltip?.value).toContain("because");
    expect(tooltip?.value.match(/````/g)).toHaveLength(2); // the block ends where it should
    expect([tooltip?.isTrusted, tooltip?.supportHtml, tooltip?.supportThemeIcons]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("names the session a sub-agent works for", async () => {
    scene.session({ id: "root", title: "Fix the parser" });
    scene.session({ id: "child", parentId: "root", rootId: "root" });
    scene.asks({ sessionId: "child", parents: ["root"] });
    await settled();
    expect(tree().lines()[0]?.item.description).toBe("OpenCode · sub-agent of “Fix the parser” · app");
  });

  test("says that it may be old, and is empty when nobody will tell", async () => {
    scene.asks();
    await settled();
    scene.hub.become({ kind: "reconnecting" });
    expect(tree().view.message).toContain("Connecting again");
    expect(tree().lines()).toHaveLength(1);
    scene.hub.become({ kind: "stopped" });
    expect([tree().lines(), tree().view.message, tree().view.badge]).toEqual([[], undefined, undefined]);
  });

  test("takes two hundred, hostile ones too, and long ones in time", async () => {
    for (let at = 0; at < 200; at++) scene.asks({ id: `per_${at}`, command: at % 2 ? HOSTILE : "x".repeat(1_000_000) });
    await settled();
    expect(tree().lines()).toHaveLength(200);
    for (const { item } of tree().lines())
      expect(`${item.label}${item.description}`).not.toMatch(/\$\([a-z]|\n|\u202e/);
    const big = scene.asks({ id: "big", command: "x".repeat(1_000_000) });
    expect(askTooltip(big).value.length).toBeLessThan(5_000);
  });
});

describe("the view of sessions", () => {
  const rows = (isHere = (_directory: string) => false) => sessionRows(scene.board.state, { now: NOW, isHere });
  const found = (id: string, among: Row[] = rows()): Row | undefined =>
    among.map((row) => (row.id === id ? row : found(id, row.children))).find(Boolean);
  const look = (id: string) => found(`session:${id}`)?.look;

  beforeEach(() => scene.connect());

  test("is by project, this window's first", () => {
    scene.session({ id: "a", projectId: "p1", directory: "/home/ada/app", updatedAt: NOW });
    scene.session({ id: "b", projectId: "p2", directory: "/home/ada/web", updatedAt: NOW });
    expect(rows().map(({ look: { label } }) => label)).toEqual(["app", "web"]);
    expect(rows((directory) => directory.endsWith("web")).map(({ look: { label } }) => label)).toEqual(["web", "app"]);
  });

  test("shows how each session does", () => {
    scene.session({ id: "works", state: "busy", updatedAt: NOW, lastLine: "**Reading** `a.py`" });
    scene.session({ id: "fails", state: "error", updatedAt: NOW - 300_000, lastError: "no key" });
    scene.session({ id: "waits", state: "busy", updatedAt: NOW });
    scene.asks({ sessionId: "waits" });
    expect(look("works")).toMatchObject({
      icon: "loading~spin",
      description: "OpenCode · Reading a.py",
      spoken: "Fix the parser, working, OpenCode · Reading a.py",
    });
    expect(look("fails")).toMatchObject({ icon: "error", description: "OpenCode · 5 min · no key" });
    expect(look("waits")).toMatchObject({ icon: "bell-dot", description: "OpenCode · Run a command: npm test" });
  });

  test("nests sub-agents, and their ask is the session's too", () => {
    scene.session({ id: "root", updatedAt: NOW });
    scene.session({ id: "child", parentId: "root", rootId: "root", title: "Look around" });
    scene.session({ id: "grand", parentId: "child", rootId: "root" });
    scene.asks({ sessionId: "grand", parents: ["child", "root"] });
    expect(found("session:child", found("session:root")?.children)?.look.label).toBe("Look around");
    expect(["root", "child", "grand"].map((id) => look(id)?.icon)).toEqual([
      "bell-dot",
      "circle-large-outline",
      "bell-dot",
    ]);
  });

  test("leaves out what ended a while ago", () => {
    scene.session({ id: "old", state: "ended", live: false, updatedAt: NOW - 3 * 3_600_000 });
    scene.session({ id: "new", state: "ended", live: false, updatedAt: NOW - 60_000 });
    scene.session({ id: "idle", updatedAt: NOW - 9 * 3_600_000 });
    expect(["old", "new", "idle"].map((id) => look(id)?.icon)).toEqual([
      undefined,
      "circle-slash",
      "circle-large-outline",
    ]);
  });

  test("tells menus what can be done", () => {
    scene.session({
      id: "busy",
      state: "busy",
      updatedAt: NOW,
      files: [{ path: "a", additions: 1, deletions: 0, status: "added" }],
    });
    scene.session({ id: "demo", demo: true, updatedAt: NOW });
    expect(look("busy")?.context).toBe("session prompt abort changes");
    expect(look("demo")?.context).toBe("session");
  });

  test("opens in the dashboard, and keeps its lines when others come", async () => {
    new SessionsView(scene);
    scene.session({ id: "a", updatedAt: Date.now() });
    await settled(PACED_MS);
    const project = tree().lines()[0]?.row;
    const [line] = tree().lines(project);
    expect(line?.item.command).toMatchObject({
      command: "pilot.dashboard.open",
      arguments: [{ kind: "session", id: "a" }],
    });
    tree().view.drawn.length = 0;
    scene.session({ id: "b", updatedAt: Date.now() });
    await settled(PACED_MS);
    expect(tree().view.drawn).toEqual([project]); // its list only
    expect(
      tree()
        .lines(project)
        .map(({ row }) => row),
    ).toContain(line?.row);
  });
});

describe("a tree", () => {
  const row = (id: string, label = id, children: Row[] = []): Row => ({
    id,
    look: { label, description: "", icon: "x", context: "", spoken: "" },
    children,
  });

  test("draws only what changed", () => {
    const rowTree = new RowTree(
      () => undefined,
      () => undefined,
    );
    const drawn: (string | undefined)[] = [];
    rowTree.onDidChangeTreeData((changed) => drawn.push(changed?.id));
    const update = (...rows: Row[]) => {
      drawn.length = 0;
      rowTree.update(rows);
      return [...drawn];
    };
    expect(update(row("a"), row("b", "b", [row("c")]))).toEqual([undefined]);
    expect(update(row("a"), row("b", "b", [row("c")]))).toEqual([]);
    expect(update(row("a"), row("b", "b", [row("c", "C")]))).toEqual(["c"]);
    expect(update(row("a", "A"), row("b", "b", [row("c", "C")]))).toEqual(["a"]);
    expect(update(row("a", "A"), row("b", "b", []))).toEqual(["b"]);
    expect(update(row("b", "B", []), row("a", "A"))).toEqual([undefined]);
  });
});
