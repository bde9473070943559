import { beforeEach, describe, expect, test } from "vitest";
import { Decider } from "../../../extension/src/asks/decide";
import { HubError } from "../../../extension/src/hub";
import type { Ask } from "../../../extension/src/protocol.gen";
import { HOSTILE, Scene } from "../fakes/scene";
import { person } from "../fakes/vscode";

let scene: Scene;
let decider: Decider;
let shown: Ask;

beforeEach(async () => {
  scene = await new Scene().connect();
  decider = new Decider(scene.hub, scene.board);
  shown = scene.asks();
});

function sent(): { id: string; digest: string; idempotencyKey: string; kind: string }[] {
  const calls = scene.hub.calls.filter(({ name }) => name === "asks.decide");
  return calls.map(({ params }) => params as ReturnType<typeof sent>[number]); // SAFETY: what decide sends
}

function refuse(code: string, message = "No."): void {
  scene.hub.answers["asks.decide"] = () => {
    throw new HubError(code, message, "Do this.");
  };
}

describe("deciding", () => {
  test("sends what was shown, and says it shortly", async () => {
    scene.hub.answers["asks.decide"] = () => shown;
    expect(await decider.decide(shown, { kind: "allow_once" })).toBe("decided");
    expect(sent()).toMatchObject([{ id: "per_1", digest: "d1", kind: "allow_once" }]);
    expect(person.told).toEqual([
      { kind: "status", message: "$(check) Approved: Run a command: npm test", buttons: [] },
    ]);
  });

  test("sends the digest that was shown, not the one the hub has now", async () => {
    scene.asks({ digest: "d2", command: "rm -rf /" });
    refuse("stale_digest");
    const again: string[] = [];
    decider.onChanged((id) => again.push(id));
    expect(await decider.decide(shown, { kind: "allow_once" })).toBe("changed");
    expect(sent()[0]?.digest).toBe("d1");
    expect(again).toEqual(["per_1"]);
    expect(person.told[0]?.message).toContain("look again");
  });

  test("happens once for two clicks, also when they differ", async () => {
    let finish: () => void = () => undefined;
    scene.hub.answers["asks.decide"] = () => new Promise((resolve) => (finish = () => resolve(shown)));
    const first = decider.decide(shown, { kind: "allow_once" });
    expect(await decider.decide(shown, { kind: "allow_once" })).toBe("busy");
    expect(await decider.decide(shown, { kind: "deny" })).toBe("busy");
    finish();
    expect(await first).toBe("decided");
    expect(sent()).toHaveLength(1);
  });

  test("does not ask the hub when it is known to be answered", async () => {
    scene.ends(shown);
    expect(await decider.decide(shown, { kind: "deny" })).toBe("late");
    expect(sent()).toEqual([]);
    expect(person.told[0]?.message).toMatch(
      /^Already approved by Anna's phone at \d\d:03.*\. \(Run a command: npm test\)$/,
    );
  });

  test("tells who was faster when the hub knew it first", async () => {
    refuse("already_answered", "Already answered.");
    const by = { kind: "terminal" as const, name: "", verified: true };
    scene.hub.answers["asks.get"] = () => ({ ...shown, state: "resolved", resolution: { by, at: 0, choice: "deny" } });
    expect(await decider.decide(shown, { kind: "allow_once" })).toBe("late");
    expect(person.told[0]?.message).toContain("Already denied by the terminal at ");
  });

  test("says the hub's words when nobody knows more", async () => {
    refuse("already_answered", "Already answered in Telegram.");
    expect(await decider.decide(shown, { kind: "allow_once" })).toBe("late");
    expect(person.told[0]?.message).toContain("Already answered in Telegram.");
  });

  test("keeps the ask when the hub is away; trying again is the same decision", async () => {
    refuse("unreachable");
    person.answers = ["Try Again"];
    scene.hub.answers["asks.decide"] = () => {
      if (sent().length > 1) return shown;
      throw new HubError("unreachable", "gone");
    };
    expect(await decider.decide(shown, { kind: "deny" })).toBe("failed");
    await new Promise((resolve) => setTimeout(resolve));
    expect(person.told[0]).toMatchObject({ kind: "error", buttons: ["Try Again"] });
    expect(sent()).toHaveLength(2);
    expect(sent()[0]?.idempotencyKey).toBe(sent()[1]?.idempotencyKey);
    expect(person.told.at(-1)?.kind).toBe("status");
  });

  test("another decision on the same ask is another one", async () => {
    refuse("unreachable");
    await decider.decide(shown, { kind: "deny" });
    await decider.decide(shown, { kind: "allow_once" });
    expect(new Set(sent().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
  });

  test("shows other refusals in words that cannot be a link", async () => {
    refuse("not_offered", HOSTILE);
    expect(await decider.decide(shown, { kind: "release" })).toBe("failed");
    expect(person.told[0]).toMatchObject({ kind: "error", buttons: [] });
    expect(person.told[0]?.message).not.toContain("](command:");
    expect(person.told[0]?.message).toContain("Do this.");
  });

  test("an ask the hub does not know is not waited for", async () => {
    refuse("not_found");
    expect(await decider.decide(shown, { kind: "deny" })).toBe("late");
    expect(person.told[0]?.message).toContain("does not wait");
  });
});
