import { beforeEach, describe, expect, test } from "vitest";
import { Turns } from "../../../extension/src/asks/turns";
import type { Event } from "../../../extension/src/protocol.gen";
import { HOSTILE, Scene, settled } from "../fakes/scene";
import { person, screen } from "../fakes/vscode";

const WORDS_MS = 130; // what went wrong may follow that it did

let scene: Scene;
let inView: boolean;

beforeEach(async () => {
  scene = await new Scene().connect();
  screen.settings.set("pilot.notifications.errors", true);
  screen.settings.set("pilot.notifications.finished", true);
  inView = false;
  new Turns(scene.hub, scene.board, () => inView);
  scene.session();
});

const told = (): string[] => person.told.map(({ message }) => message);

describe("the end of a turn", () => {
  test("is told when it was long, with a way there", async () => {
    person.answers = ["Show"];
    scene.prompted("ses_1", 1_000);
    scene.stopped("ses_1", "completed", 181_000);
    await settled();
    expect(told()).toEqual(["OpenCode is done with “Fix the parser” after 3 min."]);
    expect(person.executed).toEqual([{ command: "pilot.dashboard.open", given: [{ kind: "session", id: "ses_1" }] }]);
  });

  test("is not told when it was short, stopped on purpose, in view, or nobody wants to know", async () => {
    scene.prompted("ses_1", 0);
    scene.stopped("ses_1", "completed", 59_999);
    scene.prompted("ses_1", 0);
    scene.stopped("ses_1", "aborted", 900_000);
    inView = true;
    scene.prompted("ses_1", 0);
    scene.stopped("ses_1", "completed", 900_000);
    inView = false;
    screen.settings.set("pilot.notifications.finished", false);
    scene.prompted("ses_1", 0);
    scene.stopped("ses_1", "completed", 900_000);
    await settled();
    expect(told()).toEqual([]);
  });

  test("counts nothing from a turn whose end was missed while the hub was away", async () => {
    scene.prompted("ses_1", 0);
    scene.hub.become({ kind: "reconnecting" });
    await settled();
    const stopped = { type: "pilot.session.stopped", sessionId: "ses_1", agent: "opencode", reason: "completed" };
    const events = [{ ...stopped, epoch: "e", seq: 50, at: 10_000 } as Event]; // SAFETY: that is all of it
    scene.hub.missed = { cursor: "e-50", events };
    await scene.connect();
    scene.prompted("ses_1", 9_000_000);
    scene.stopped("ses_1", "completed", 9_001_000);
    await settled();
    expect(told()).toEqual([]);
  });

  test("counts from the first prompt of the turn, and begins anew", async () => {
    scene.prompted("ses_1", 0);
    scene.prompted("ses_1", 50_000);
    scene.stopped("ses_1", "completed", 61_000);
    scene.prompted("ses_1", 70_000);
    scene.stopped("ses_1", "completed", 80_000);
    await settled();
    expect(told()).toEqual(["OpenCode is done with “Fix the parser” after 61 s."]);
  });

  test("of a sub-agent is its parent's business", async () => {
    scene.session({ id: "child", parentId: "ses_1", rootId: "ses_1" });
    scene.prompted("child", 0);
    scene.stopped("child", "completed", 900_000);
    scene.stopped("child", "error", 900_000);
    await settled(WORDS_MS);
    expect(told()).toEqual([]);
  });

  test("is the hub's to tell where it knows notices", async () => {
    scene.hub.name = "rpc_me";
    scene.prompted("ses_1", 0);
    scene.stopped("ses_1", "completed", 900_000);
    scene.stopped("ses_1", "error", 900_000);
    scene.failed("The disk is full.");
    await settled(WORDS_MS);
    expect(told()).toEqual([]);
  });

  test("is told by one window only", async () => {
    scene.hub.answers["places.find"] = () => ({ shown: "elsewhere", window: "web" });
    scene.prompted("ses_1", 0);
    scene.stopped("ses_1", "completed", 900_000);
    scene.stopped("ses_1", "error", 900_000);
    await settled(WORDS_MS);
    expect(told()).toEqual([]);
  });
});

describe("what goes wrong", () => {
  test("is told once, with why, whichever is said first", async () => {
    scene.stopped("ses_1", "error", 1);
    scene.failed(HOSTILE, "ses_1");
    await settled(WORDS_MS);
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatch(/^OpenCode failed in “Fix the parser”: rm /);
    expect(told()[0]).not.toContain("](command:");
    expect(person.told[0]).toMatchObject({ kind: "error", buttons: ["Show"] });
  });

  test("in the hub itself is told too", async () => {
    scene.failed("The disk is full.");
    await settled();
    expect(told()).toEqual(["The disk is full."]);
  });

  test("is not told to whoever turned it off", async () => {
    screen.settings.set("pilot.notifications.errors", false);
    scene.failed("The disk is full.");
    scene.stopped("ses_1", "error", 1);
    await settled(WORDS_MS);
    expect(told()).toEqual([]);
  });
});
