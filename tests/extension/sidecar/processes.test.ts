import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { probe } from "../../../extension/src/sidecar/probe";
import { lastLine, run } from "../../../extension/src/sidecar/processes";

const LIMIT_MS = 10_000;
let opened: string;
let before: string;

/** `code .` in a folder: VS Code's processes stand in it. */
beforeEach(async () => {
  opened = await realpath(await mkdtemp(join(tmpdir(), "pilot-opened-")));
  before = process.cwd();
  process.chdir(opened);
});

afterEach(async () => {
  process.chdir(before);
  await rm(opened, { recursive: true, force: true });
});

test("nothing runs in the folder that VS Code was opened in", async () => {
  const { out } = await run([process.execPath, "-p", "process.cwd()"], { env: process.env, limitMs: LIMIT_MS });
  expect(lastLine(out)).toBe(await realpath(dirname(process.execPath)));
});

test("a command that cannot even be tried is one that is not there", async () => {
  for (const command of [[], [""], ["a\0b"]])
    expect(await run(command, { env: {}, limitMs: LIMIT_MS })).toMatchObject({ code: null, failure: "missing" });
});

test("a module that lies in the opened folder is not run while Pilot looks for Python", async () => {
  const marker = join(opened, "ran");
  for (const name of ["venv.py", "ensurepip.py"])
    await writeFile(join(opened, name), `open(${JSON.stringify(marker)}, "w")`);
  const answer = await probe({ name: "python3", command: ["python3"] }, process.env, LIMIT_MS);
  expect(answer.version?.[0]).toBe(3);
  await expect(realpath(marker)).rejects.toThrow("ENOENT");
});

test("a Python has no say of the folder it runs in, wherever that is", async () => {
  await writeFile(join(opened, "venv.py"), "raise SystemExit('the folder was asked')");
  const command = ["sh", "-c", `cd '${opened}' && exec python3 "$@"`, "sh"];
  expect(await probe({ name: "python3", command }, process.env, LIMIT_MS)).toMatchObject({ venv: expect.any(Boolean) });
  expect((await probe({ name: "python3", command }, process.env, LIMIT_MS)).failure).toBeUndefined();
});
