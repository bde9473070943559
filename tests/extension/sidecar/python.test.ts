import { afterEach, expect, test } from "vitest";
import { probe } from "../../../extension/src/sidecar/probe";
import { findPython, type Ladder } from "../../../extension/src/sidecar/python";
import { Programs, pythonThatSays } from "./scripts";

let programs: Programs | undefined;
afterEach(() => programs?.remove());

test("the newest on PATH that will do", async () => {
  const ladder = await path({
    "python3.13": pythonThatSays("3.13.1", true, "/opt/13"),
    "python3.12": pythonThatSays("3.12.1", true, "/opt/12"),
    python3: pythonThatSays("3.9.2"),
  });
  expect(await findPython(ladder)).toBe("/opt/13");
});

test("broken ones are passed over", async () => {
  const ladder = await path({
    "python3.14": "echo 'pyenv: python3.14: command not found' >&2; exit 127",
    "python3.13": "echo nonsense",
    "python3.12": pythonThatSays("3.12.1", false),
    python3: pythonThatSays("3.11.2", true, "/opt/11"),
  });
  expect(await findPython(ladder)).toBe("/opt/11");
});

test("without venv it will still do where uv is", async () => {
  const ladder = await path({ python3: pythonThatSays("3.12.1", false, "/opt/12") });
  expect(await findPython({ ...ladder, hasUv: true })).toBe("/opt/12");
  await expect(findPython(ladder)).rejects.toMatchObject({
    code: "no_python",
    message: expect.stringContaining("apt install python3-venv"),
  });
});

test("only an old one: one message that says what was tried", async () => {
  const ladder = await path({ python3: pythonThatSays("3.9.2"), python: pythonThatSays("2.7.18") });
  await expect(findPython(ladder)).rejects.toMatchObject({
    code: "no_python",
    message: "Pilot needs Python 3.11 or newer: python3 is 3.9.2; python is 2.7.18.",
  });
});

test("none at all", async () => {
  await expect(findPython(await path({}))).rejects.toMatchObject({
    message: "Pilot needs Python 3.11 or newer: none was found.",
  });
});

test("what other extensions know comes before PATH, and a wrong answer of theirs does no harm", async () => {
  const ladder = await path({ python3: pythonThatSays("3.11.2", true, "/opt/path") });
  const theirs = await programs?.add("theirs", pythonThatSays("3.12.0", true, "/opt/theirs"));
  const advised = { ...ladder, advisers: [async () => undefined, async () => "/not/there", async () => theirs] };
  expect(await findPython(advised)).toBe("/opt/theirs");
  expect(await findPython({ ...ladder, advisers: [async () => "/not/there"] })).toBe("/opt/path");
});

test("a person's choice is not second-guessed", async () => {
  const ladder = await path({ python3: pythonThatSays("3.12.2"), old: pythonThatSays("3.9.2") });
  await expect(findPython({ ...ladder, chosen: "old" })).rejects.toMatchObject({
    message: "Pilot needs Python 3.11 or newer: pilot.python (old) is 3.9.2.",
  });
  await expect(findPython({ ...ladder, chosen: "/not/there" })).rejects.toMatchObject({
    message: "Pilot needs Python 3.11 or newer: pilot.python (/not/there) is not there.",
  });
});

test("one that hangs is left, with what it started", async () => {
  programs = await Programs.create({ slow: "/bin/sleep 30" });
  const began = Date.now();
  const answer = await probe({ name: "slow", command: ["slow"] }, programs.env, 200);
  expect(answer.failure).toBe("slow");
  expect(Date.now() - began).toBeLessThan(2_000);
});

test("this machine's own says what it is", async () => {
  const { env } = process;
  const { version, executable } = await probe({ name: "python3", command: ["python3"] }, env);
  expect(version?.[0]).toBe(3);
  expect(executable).toMatch(/python/);
});

async function path(content: Record<string, string>): Promise<Ladder> {
  programs = await Programs.create(content);
  return { chosen: "", advisers: [], env: programs.env, hasUv: false, note: () => undefined };
}
