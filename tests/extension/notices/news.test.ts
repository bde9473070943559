import { beforeEach, describe, expect, test } from "vitest";
import { Assigned } from "../../../extension/src/notices/assigned";
import { News } from "../../../extension/src/notices/news";
import { HOSTILE, Scene, settled } from "../fakes/scene";
import { person, screen } from "../fakes/vscode";

const TOLD_MS = 130; // what happens in one moment is gathered first

let scene: Scene;
let inView: boolean;
let news: News;

beforeEach(async () => {
  scene = await new Scene().connect();
  scene.hub.name = "rpc_me";
  inView = false;
  news = new News(scene.board, new Assigned(scene.hub, scene.board), () => inView);
  scene.session();
});

test("what is told here sounds once, if the hub says so", async () => {
  const assigned = new Assigned(scene.hub, scene.board);
  const heard: string[] = [];
  assigned.onSound((kind) => heard.push(kind));
  scene.raises({ id: "quiet" }, "rpc_me");
  scene.raises({ id: "elsewhere" }, "rpc_other", true);
  scene.raises({ id: "loud" }, "rpc_me", true);
  scene.raises({ id: "loud" }, "rpc_me", true);
  scene.raises({ id: "gone", kind: "ask", askId: "unknown" }, "rpc_me", true);
  await settled(TOLD_MS);
  expect(heard).toEqual(["finished"]);
});

const told = (): string[] => person.told.map(({ kind, message }) => `${kind}: ${message}`);

describe("work that is done", () => {
  test("is told with what came of it, and a way there", async () => {
    person.answers = ["Show Session"];
    scene.raises({}, "rpc_me");
    await settled(TOLD_MS);
    expect(person.told).toEqual([
      { kind: "info", message: "“Fix the parser”: OpenCode is done. All tests pass.", buttons: ["Show Session"] },
    ]);
    expect(person.executed).toEqual([{ command: "pilot.dashboard.open", given: [{ kind: "session", id: "ses_1" }] }]);
  });

  test("offers its changes to be reviewed, where it has any", async () => {
    person.answers = ["Review Changes"];
    scene.session({ files: [{ path: "/home/ada/app/a.py", additions: 1, deletions: 0, status: "modified" }] });
    scene.raises({}, "rpc_me");
    await settled(TOLD_MS);
    expect(person.told[0]?.buttons).toEqual(["Show Session", "Review Changes"]);
    expect(person.executed).toEqual([{ command: "pilot.session.changes", given: ["ses_1"] }]);
  });

  test("is told once, and only here if the hub says so", async () => {
    scene.raises({}, "rpc_other");
    scene.raises({ id: "finished:b:1" });
    scene.raises({ id: "finished:c:1" }, "rpc_me");
    scene.raises({ id: "finished:c:1" }, "rpc_me");
    await settled(TOLD_MS);
    scene.raises({ id: "finished:c:1" }, "rpc_me");
    await settled(TOLD_MS);
    expect(told()).toHaveLength(1);
  });

  test("is not told where the dashboard is in view, or to whoever turned it off, or when it is over at once", async () => {
    screen.settings.set("pilot.notifications.finished", false);
    scene.raises({ id: "off" }, "rpc_me");
    await settled(TOLD_MS);
    screen.settings.set("pilot.notifications.finished", true);
    inView = true;
    scene.raises({ id: "in view" }, "rpc_me");
    await settled(TOLD_MS);
    inView = false;
    scene.withdraws(scene.raises({ id: "over" }, "rpc_me"));
    await settled(TOLD_MS);
    expect(told()).toEqual([]);
  });
});

test("what goes wrong is told, also where the dashboard is in view, unless nobody wants to know", async () => {
  inView = true;
  scene.raises({ id: "a", kind: "error", title: "OpenCode failed", body: HOSTILE }, "rpc_me");
  await settled(TOLD_MS);
  expect(told()[0]).toMatch(/^warning: “Fix the parser”: OpenCode failed. rm /);
  expect(told()[0]).not.toContain("](command:");
  screen.settings.set("pilot.notifications.errors", false);
  scene.raises({ id: "b", kind: "error" }, "rpc_me");
  await settled(TOLD_MS);
  expect(told()).toHaveLength(1);
});

test("money that is spent is told, and a test; what has no session leads to none", async () => {
  scene.raises({ id: "a", kind: "budget", title: "Today has cost $5", body: "", sessionId: undefined }, "rpc_me");
  scene.raises({ id: "b", kind: "test", title: "This is a test", body: "", sessionId: undefined }, "rpc_me");
  await settled(TOLD_MS);
  expect(person.told).toEqual([
    { kind: "warning", message: "Today has cost $5", buttons: [] },
    { kind: "info", message: "This is a test", buttons: [] },
  ]);
});

describe("a session that is stuck", () => {
  const stuck = (): ReturnType<Scene["raises"]> =>
    scene.raises({ id: "stuck:ses_1:1", kind: "stuck", title: "Nothing new [since", body: "10 min" }, "rpc_me");

  test("is told until it goes on, and leads there", async () => {
    const notice = stuck();
    await settled(TOLD_MS);
    const [toast] = screen.openToasts;
    expect(toast?.links.map(({ label, href }) => [label, decodeURIComponent(href)])).toEqual([
      ["Show", 'command:pilot.session.open?["ses_1"]'],
    ]);
    scene.withdraws(notice);
    await settled();
    expect(screen.openToasts).toEqual([]);
  });

  test("goes with “later”, and with the window", async () => {
    stuck();
    await settled(TOLD_MS);
    screen.openToasts[0]?.later();
    await settled();
    expect(screen.openToasts).toEqual([]);
    scene.raises({ id: "stuck:ses_1:2", kind: "stuck" }, "rpc_me");
    await settled(TOLD_MS);
    expect(screen.openToasts).toHaveLength(1);
    news.dispose();
    await settled();
    expect(screen.openToasts).toEqual([]);
  });
});

test("of many at once a few are told, the rest together", async () => {
  for (let at = 0; at < 30; at++) scene.raises({ id: `finished:${at}:1`, title: `Done ${at}`, body: "" }, "rpc_me");
  await settled(TOLD_MS);
  expect(told()).toEqual([
    "info: “Fix the parser”: Done 0",
    "info: “Fix the parser”: Done 1",
    "info: 28 more sessions have news.",
  ]);
  person.answers = ["Open Dashboard"];
  scene.raises({ id: "finished:30:1" }, "rpc_me");
  await settled(TOLD_MS);
  expect(told().at(-1)).toBe("info: 1 more session has news.");
  expect(person.executed).toEqual([{ command: "pilot.dashboard.open", given: [] }]);
});
