import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeOld } from "../../../extension/src/sidecar/cleaning";
import { Environment, type Making, type Recipe } from "../../../extension/src/sidecar/environment";
import { readBundle } from "../../../extension/src/sidecar/wheel";
import { Programs } from "./scripts";

/** A Python whose environments are copies of itself, and which writes down what it was asked. */
const PYTHON = `
case "$1 $2" in
  "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && echo venv >> "$TOLD" ;;
  "-m pip") echo "pip $*" >> "$TOLD"; echo "Collecting aiohttp==3.14"; [ -z "$PIP" ] || { eval "$PIP"; } ;;
  *) [ -z "$IMPORTS" ] || { echo "ImportError" >&2; exit 1; } ;;
esac`;
/** A uv that does as much. */
const UV = `
echo "uv $*" >> "$TOLD"
if [ "$1" = venv ]; then shift 4; mkdir -p "$1/bin" && cp "$PYTHON" "$1/bin/python"; else [ -z "$UV_FAILS" ]; fi`;

let root: string;
let programs: Programs;
let recipe: Recipe;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "pilot-env-"));
  programs = await Programs.create({ python3: PYTHON });
  await writeFile(join(root, "pilot-0.1.0-py3-none-any.whl"), "wheel");
  await writeFile(
    join(root, "requirements.lock"),
    "aiohttp==3.14 \\\n    --hash=sha256:aa\nyarl==1 \\\n    --hash=sha256:bb\n",
  );
  recipe = { storage: join(root, "storage"), version: "0.1.0", bundle: await readBundle(root), chosen: "" };
});

afterEach(async () => {
  await programs.remove();
  await rm(root, { recursive: true, force: true });
});

test("it is made whole, with pinned packages first and the hub without any", async () => {
  const environment = new Environment(recipe);
  const steps: string[] = [];
  await environment.make(making({}, { onStep: (step) => steps.push(step) }));
  expect(await environment.exists()).toBe(true);
  const [venv, packages, hub] = await told();
  expect(venv).toBe("venv");
  expect(packages).toMatch(/ --require-hashes -r .*requirements\.lock$/);
  expect(hub).toMatch(/ --no-deps --no-index .*\.whl$/);
  expect(steps).toContain("Downloading aiohttp (1 of 2)…");
  expect(await left()).toEqual([environment.folder.split("/").at(-1)]);
});

test("another wheel, another lock or another choice of Python is another environment", async () => {
  const { folder } = new Environment(recipe);
  expect(folder).toMatch(/env-0\.1\.0-[0-9a-f]{8}$/);
  await writeFile(join(root, "pilot-0.1.0-py3-none-any.whl"), "another");
  expect(new Environment({ ...recipe, bundle: await readBundle(root) }).folder).not.toBe(folder);
  expect(new Environment({ ...recipe, chosen: "/usr/bin/python3.12" }).folder).not.toBe(folder);
  expect(new Environment(recipe).folder).toBe(folder);
});

test("what fails leaves nothing behind, and can be tried again", async () => {
  const environment = new Environment(recipe);
  const offline = "echo 'ERROR: No matching distribution found for aiohttp' >&2; exit 1";
  await expect(environment.make(making({ PIP: offline }))).rejects.toMatchObject({
    code: "install_failed",
    message: "Pilot's Python packages could not be installed. (No matching distribution found for aiohttp)",
  });
  expect(await left()).toEqual([]);
  await environment.make(making({}));
  expect(await environment.exists()).toBe(true);
});

test("one that cannot import the hub is not put in place", async () => {
  const environment = new Environment(recipe);
  await expect(environment.make(making({ IMPORTS: "fail" }))).rejects.toThrow("ImportError");
  expect(await environment.exists()).toBe(false);
});

test("two windows at once: one makes it, the other waits for it", async () => {
  const waited: string[] = [];
  const slow = { PIP: "sleep 0.3" };
  const windows = ["a", "b", "c"].map((name) =>
    new Environment(recipe).make(making(slow, { onWait: () => waited.push(name) })),
  );
  await Promise.all(windows);
  expect(waited).toHaveLength(2);
  expect((await told()).filter((line) => line === "venv")).toHaveLength(1);
});

test("the turn of a window that is gone, or stands still, is taken over", async () => {
  const environment = new Environment(recipe);
  await mkdir(recipe.storage, { recursive: true });
  await writeFile(`${environment.folder}.lock`, "999999999");
  await environment.make(making({}));
  await rm(environment.folder, { recursive: true });
  await writeFile(`${environment.folder}.lock`, String(process.pid));
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(`${environment.folder}.lock`, longAgo, longAgo);
  await environment.make(making({}));
  expect(await environment.exists()).toBe(true);
});

test("cancelled: it stops at once and leaves nothing", async () => {
  const environment = new Environment(recipe);
  const cancelling = new AbortController();
  const made = environment.make(
    making(
      { PIP: "sleep 30" },
      { signal: cancelling.signal, onStep: (step) => step.includes("1 of 2") && cancelling.abort() },
    ),
  );
  await expect(made).rejects.toMatchObject({ code: "cancelled" });
  expect(await left()).toEqual([]);
});

test("cancelled while it waits for another window", async () => {
  const environment = new Environment(recipe);
  await mkdir(recipe.storage, { recursive: true });
  await writeFile(`${environment.folder}.lock`, String(process.pid));
  const cancelling = new AbortController();
  const made = environment.make(making({}, { signal: cancelling.signal, onWait: () => cancelling.abort() }));
  await expect(made).rejects.toMatchObject({ code: "cancelled" });
});

test("one whose Python was uninstalled is made anew", async () => {
  const environment = new Environment(recipe);
  await environment.make(making({}));
  await rm(environment.python);
  expect(await environment.exists()).toBe(false);
  await environment.make(making({}));
  expect(await environment.exists()).toBe(true);
});

test("one that is broken is removed, one that works is kept", async () => {
  const environment = new Environment(recipe);
  await environment.make(making({}));
  expect(await environment.removeIfBroken(env({}))).toBe(false);
  expect(await environment.removeIfBroken(env({ IMPORTS: "fail" }))).toBe(true);
  expect(await environment.exists()).toBe(false);
});

test("two windows find it broken: the second does not remove what the first has made", async () => {
  const environment = new Environment(recipe);
  await mkdir(recipe.storage, { recursive: true });
  await writeFile(`${environment.folder}.lock`, String(process.pid));
  const second = environment.removeIfBroken(env({}));
  await mkdir(join(environment.folder, "bin"), { recursive: true });
  await copyFile(join(programs.folder, "python3"), environment.python);
  await rm(`${environment.folder}.lock`);
  expect(await second).toBe(true);
  expect(await environment.exists()).toBe(true);
});

test("uv makes it where it is found; where uv does not get on, pip does", async () => {
  const python = join(programs.folder, "python3");
  await programs.add("uv", UV);
  await new Environment(recipe).make(making({ PYTHON: python }, { hasUv: true }));
  expect((await told()).map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
    "uv venv --no-project",
    "uv pip install",
    "uv pip install",
  ]);
  const other = new Environment({ ...recipe, chosen: "other" });
  await other.make(making({ PYTHON: python, UV_FAILS: "1" }, { hasUv: true }));
  expect(await other.exists()).toBe(true);
  expect((await told()).filter((line) => line.startsWith("pip"))).toHaveLength(2);
});

test("a copy of the extension without the hub says so", async () => {
  await expect(readBundle(join(root, "nothing"))).rejects.toThrow(
    "This copy of the extension does not contain the hub.",
  );
});

test("old environments go, ours and those in use stay", async () => {
  const ours = new Environment(recipe);
  await ours.make(making({}));
  const old = join(recipe.storage, "env-0.0.9-aaaaaaaa");
  const used = join(recipe.storage, "env-0.0.8-bbbbbbbb");
  await mkdir(old);
  await mkdir(used);
  await mkdir(join(recipe.storage, "env-0.1.0-cccccccc.new-1-1"));
  await writeFile(join(recipe.storage, "other"), "not ours");
  const using = spawn("/bin/sh", ["-c", "sleep 20; :", join(used, "bin/python")], { stdio: "ignore" });
  await once(using, "spawn");
  await removeOld(recipe.storage, ours.folder, () => undefined);
  using.kill();
  expect(await left()).toEqual(
    [ours.folder.split("/").at(-1), "env-0.0.8-bbbbbbbb", "env-0.1.0-cccccccc.new-1-1", "other"].sort(),
  );
});

function env(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PATH: `${programs.folder}:/usr/bin:/bin`, TOLD: join(root, "told"), ...more };
}

function making(environment: NodeJS.ProcessEnv, more: Partial<Making> = {}): Making {
  return {
    env: env(environment),
    hasUv: false,
    signal: new AbortController().signal,
    onStep: () => undefined,
    onWait: () => undefined,
    note: () => undefined,
    findPython: async () => join(programs.folder, "python3"),
    ...more,
  };
}

async function told(): Promise<string[]> {
  return (await readFile(join(root, "told"), "utf8")).trim().split("\n");
}

async function left(): Promise<string[]> {
  return (await readdir(recipe.storage)).sort();
}
