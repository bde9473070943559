import { beforeEach, describe, expect, test } from "vitest";
import type { Result } from "../../../extension/src/asks/attend";
import { answersTo, faultOf } from "../../../extension/src/asks/questions";
import type { Ask, Question, SnapshotState } from "../../../extension/src/protocol.gen";
import { Scene, settled } from "../fakes/scene";
import { person, screen } from "../fakes/vscode";

let scene: Scene;
let result: Result<string[][]> | undefined;

beforeEach(async () => {
  scene = await new Scene().connect();
  result = undefined;
});

function question(changes: Partial<Question> = {}): Question {
  const options = [{ label: "Vitest", description: "fast" }, { label: "Jest" }];
  return { question: "Which runner?", options, multiple: false, custom: false, format: "text", ...changes };
}

async function ask(...questions: Partial<Question>[]): Promise<Ask> {
  const asked = scene.asks({
    kind: "question",
    command: undefined,
    questions: questions.map(question),
    decisions: ["answer"],
  });
  void answersTo(scene.board, asked).then((found) => {
    result = found;
  });
  await settled(0);
  return asked;
}

/** Another hub, which knows nothing of what waited. */
async function newHub(): Promise<void> {
  const { hub } = scene;
  hub.become({ kind: "reconnecting" });
  const known = { sessions: [], projects: [], asks: [], agents: [], clients: [] };
  const snapshot = { cursor: "f-0", ...known } as unknown as SnapshotState; // SAFETY: as much of it as is looked at
  hub.missed = { cursor: "f-0", snapshot, events: [] };
  hub.become({ kind: "connected", version: "1", pid: 2 });
  await settled();
}

describe("questions", () => {
  test("offer the options with what they mean", async () => {
    await ask({});
    expect(screen.input.placeholder).toBe("Which runner?");
    expect(screen.input.items).toMatchObject([{ label: "Vitest", detail: "fast" }, { label: "Jest" }]);
    screen.input.choose("Jest");
    await settled(0);
    expect(result).toEqual({ value: [["Jest"]] });
  });

  test("take several answers where several are asked for", async () => {
    await ask({ multiple: true });
    expect(screen.input.canSelectMany).toBe(true);
    screen.input.accept();
    expect(screen.input.open).toBe(true);
    screen.input.choose("Vitest", "Jest");
    await settled(0);
    expect(result).toEqual({ value: [["Vitest", "Jest"]] });
  });

  test("answer with the option's own words, whatever a label must look like", async () => {
    await ask({ options: [{ label: "$(trash) all" }] });
    screen.input.choose("all");
    await settled(0);
    expect(result).toEqual({ value: [["$(trash) all"]] });
  });

  test("take own words beside the options, and only fitting ones", async () => {
    await ask({ custom: true, format: "integer" });
    screen.input.choose("Something else");
    await settled(0);
    screen.input.type("many");
    expect(screen.input.validationMessage).toBe("A whole number is asked for.");
    screen.input.type(" 12 ");
    await settled(0);
    expect(result).toEqual({ value: [["12"]] });
  });

  test("go step by step, back too, and remember", async () => {
    await ask({}, { question: "Where?", options: [], custom: true }, { multiple: true });
    expect([screen.input.step, screen.input.totalSteps]).toEqual([1, 3]);
    screen.input.choose("Jest");
    await settled(0);
    screen.input.type("here");
    await settled(0);
    screen.input.back();
    await settled(0);
    expect([screen.input.step, screen.input.value]).toEqual([2, "here"]);
    screen.input.back();
    await settled(0);
    expect(screen.input.activeItems).toMatchObject([{ label: "Jest" }]);
    screen.input.choose("Vitest");
    await settled(0);
    screen.input.type("there");
    await settled(0);
    screen.input.choose("Vitest");
    await settled(0);
    expect(result).toEqual({ value: [["Vitest"], ["there"], ["Vitest"]] });
  });

  test("leaving one of them answers none", async () => {
    await ask({}, {});
    screen.input.choose("Jest");
    await settled(0);
    screen.input.escape();
    await settled(0);
    expect(result).toEqual({ ended: "away" });
  });

  test("close when they are answered elsewhere, in the middle", async () => {
    const asked = await ask({}, {});
    screen.input.choose("Jest");
    await settled(0);
    scene.ends(asked, "resolved", { choice: "answer" });
    await settled(0);
    expect(result).toEqual({ ended: "gone" });
    expect(screen.inputs.some(({ open }) => open)).toBe(false);
    expect(person.told[0]?.message).toMatch(/^Already answered by Anna's phone at /);
  });

  test("close when the hub is another one, which does not know them", async () => {
    await ask({});
    await newHub();
    expect(result).toEqual({ ended: "gone" });
    expect(screen.inputs.some(({ open }) => open)).toBe(false);
    expect(person.told[0]?.message).toMatch(/^The agent does not wait for this any more\./);
  });

  test("do not open for what was answered just before", async () => {
    const asked = scene.asks({ kind: "question", questions: [question()] });
    scene.ends(asked);
    expect(await answersTo(scene.board, asked)).toEqual({ ended: "gone" });
  });

  test("know a number", () => {
    expect(["", " "].map((text) => faultOf(text, "text"))).toEqual(Array(2).fill(faultOf("", "number")));
    expect(["1.5", "-2", "1e3"].map((text) => faultOf(text, "number"))).toEqual([undefined, undefined, undefined]);
    expect(["x", "Infinity", "1,5", "0x10"].map((text) => faultOf(text, "number"))).toEqual(
      Array(4).fill("A number is asked for."),
    );
    expect(["1", "+3"].map((text) => faultOf(text, "integer"))).toEqual([undefined, undefined]);
    expect(faultOf("1.5", "integer")).toBe("A whole number is asked for.");
  });
});
