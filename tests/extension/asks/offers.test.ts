import { beforeEach, describe, expect, test } from "vitest";
import { offersOf } from "../../../extension/src/asks/offers";
import { isBrief, wholeRows, wholeText } from "../../../extension/src/asks/whole";
import { endedWords, gistOf, subjectOf, whoAsks } from "../../../extension/src/asks/words";
import type { AskOption } from "../../../extension/src/protocol.gen";
import { ask, session } from "../fakes/samples";
import { HOSTILE, Scene } from "../fakes/scene";

const able = session().capabilities;
const command = (text: string, more = {}) =>
  ask({ files: [], title: "Run a command", command: text, summary: text, ...more });

beforeEach(() => {
  new Scene();
});

describe("what can be decided", () => {
  test("never begins with something that allows", () => {
    const found = offersOf(ask({ decisions: ["allow_once", "allow_always", "deny", "release"] }), able);
    expect(found.map(({ id }) => id)).toEqual(["deny", "note", "approve", "always", "release"]);
  });

  test("is only what the agent takes", () => {
    expect(offersOf(ask({ decisions: ["deny"] }), { ...able, denyMessage: false }).map(({ id }) => id)).toEqual([
      "deny",
    ]);
    expect(offersOf(ask({ decisions: [] }), able)).toEqual([]);
    expect(offersOf(ask(), undefined).map(({ id }) => id)).toEqual(["deny", "approve"]);
  });

  test("is in the agent's own words, with what they mean", () => {
    const options: AskOption[] = [
      { id: "once", label: "Yes", kind: "allow_once" },
      { id: "dir", label: "Yes, for `npm`", kind: "allow_always", description: "all of npm" },
      { id: "all", label: "Yes $(trash)", kind: "allow_always" },
      { id: "no", label: "No", kind: "deny" },
      { id: "stop", label: "No, and stop", kind: "deny" },
    ];
    const found = offersOf(ask({ options, decisions: ["allow_once", "allow_always", "deny"] }), undefined);
    expect(found.map(({ label }) => label)).toEqual([
      "Deny",
      "No, and stop",
      "Approve once",
      "Yes, for `npm`",
      "Yes $\u200b(trash)",
    ]);
    expect(found.map(({ decision }) => decision.optionId)).toEqual([undefined, "stop", undefined, "dir", "all"]);
    expect(found[3]?.told).toBe("all of npm");
  });

  test("says what “always” means where the agent has one word for it", () => {
    const found = offersOf(ask({ decisions: ["deny", "allow_always"], always: "npm *" }), undefined);
    expect(found.at(-1)).toMatchObject({ label: "Always allow", told: "npm *" });
  });
});

describe("an ask in words", () => {
  test("is what it is about, in one line", () => {
    expect(subjectOf(ask({ files: [{ ...file("/home/ada/app/src/a.py"), additions: 2, deletions: 0 }] }))).toBe(
      "src/a.py +2",
    );
    expect(gistOf(command("npm test"))).toBe("Run a command: npm test");
    expect(gistOf(command("npm test", { reason: "to see" }))).toBe("Run a command: npm test — to see");
    expect(gistOf(command(HOSTILE))).not.toMatch(/\]\(|\$\(|\n/);
  });

  test("names the session a sub-agent works for", async () => {
    const scene = await new Scene().connect();
    scene.session({ id: "root", title: "Fix the parser" });
    scene.session({ id: "child", parentId: "root", rootId: "root", title: "Look around" });
    expect(whoAsks(scene.board.state, ask({ sessionId: "child", parents: ["root"] }))).toBe(
      "OpenCode · sub-agent of “Fix the parser” · app",
    );
  });

  test("tells how it ended", () => {
    const by = { kind: "agent" as const, name: "", verified: true };
    const gone = ask({ state: "cancelled", resolution: { by, at: 0, reason: "The turn was stopped." } });
    expect(endedWords(gone)).toBe("The agent does not wait for this any more. The turn was stopped.");
    expect(endedWords(ask({ state: "superseded" }))).toContain("does not wait");
    expect(endedWords(ask({ state: "resolved", resolution: { by, at: 0 } }))).toMatch(
      /^Already answered by the agent at /,
    );
    expect(endedWords(ask({ state: "expired", resolution: { by, at: 0, choice: "deny" } }))).toMatch(
      /^Already denied by /,
    );
  });
});

describe("an ask whole", () => {
  test("leaves nothing out", () => {
    const long = `${"x".repeat(500)}\nrm -rf build\u202e`;
    const told = wholeText(command(long, { reason: "because", always: "npm *", decisions: ["allow_always"] }));
    for (const part of ["x".repeat(500), "rm -rf build‹U+202E›", "because", "npm *", "/home/ada/app"])
      expect(told).toContain(part);
    expect(wholeRows(command(long)).join("").replaceAll("↪ ", "")).toContain(`${"x".repeat(500)}rm -rf build‹U+202E›`);
  });

  test("shows patches, plans, questions and arguments", () => {
    expect(wholeText(ask())).toContain("-a\n+b");
    expect(wholeRows(ask()).join("\n")).toContain("/home/ada/app/app.py (+1 −1)");
    expect(wholeText(ask({ kind: "plan", files: [], input: { plan: "1. Do it" } }))).toContain("1. Do it");
    expect(wholeText(ask({ files: [], summary: "a tool", input: { url: "https://x" } }))).toContain(
      '"url": "https://x"',
    );
  });

  test("is brief only when one line says all of it", () => {
    expect(isBrief(command("npm test"))).toBe(true);
    expect(isBrief(ask())).toBe(true);
    expect(isBrief(command("npm test\nrm -rf /"))).toBe(false);
    expect(isBrief(command("x".repeat(161)))).toBe(false);
    expect(isBrief(command("npm test", { reason: "r".repeat(160) }))).toBe(false);
    expect(isBrief(ask({ kind: "plan" }))).toBe(false);
    expect(isBrief(ask({ files: [], input: { url: "https://x" } }))).toBe(false);
    expect(isBrief(ask({ files: Array.from({ length: 4 }, () => file("a")) }))).toBe(false);
  });
});

function file(path: string) {
  return { path, additions: 1, deletions: 1, status: "modified" as const };
}
