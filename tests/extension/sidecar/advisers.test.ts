import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { advisers } from "../../../extension/src/sidecar/strategies/advisers";
import { extensions, reset, workspace } from "../fakes/vscode";

const ENVIRONMENTS = "ms-python.vscode-python-envs";
const PYTHON = "ms-python.python";

beforeEach(reset);
afterEach(() => void vi.useRealTimers());

test("none installed: nobody knows one", async () => {
  expect(await ask()).toEqual([undefined, undefined]);
});

test("both are asked, the newer one first", async () => {
  install(ENVIRONMENTS, { getEnvironment: async () => ({ execInfo: { run: { executable: "/envs/python" } } }) });
  install(PYTHON, {
    environments: {
      getActiveEnvironmentPath: () => ({ path: "/x" }),
      resolveEnvironment: async () => ({ executable: { uri: { fsPath: "/ext/python" } } }),
    },
  });
  expect(await ask()).toEqual(["/envs/python", "/ext/python"]);
});

test("one that is not awake is woken, but not waited for beyond a limit", async () => {
  vi.useFakeTimers();
  extensions.installed.set(PYTHON, {
    isActive: false,
    exports: undefined,
    activate: () => new Promise(() => undefined),
  });
  const asked = ask();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await asked).toEqual([undefined, undefined]);
});

test("one of another time, or that fails, is as if it were not there", async () => {
  const noted: string[] = [];
  install(ENVIRONMENTS, { somethingElse: true });
  install(PYTHON, {
    environments: {
      getActiveEnvironmentPath: () => {
        throw new Error("not ready");
      },
    },
  });
  expect(await ask(noted)).toEqual([undefined, undefined]);
  expect(noted).toEqual(["askPythonExtension: not ready"]);
});

test("a folder that is not trusted has no say: its Python would be run", () => {
  workspace.isTrusted = false;
  install(ENVIRONMENTS, { getEnvironment: async () => ({ execInfo: { run: { executable: "/evil/python" } } }) });
  expect(advisers(() => undefined)).toEqual([]);
});

function install(id: string, exports: unknown): void {
  extensions.installed.set(id, { isActive: true, exports, activate: async () => exports });
}

function ask(noted: string[] = []): Promise<(string | undefined)[]> {
  return Promise.all(advisers((line) => noted.push(line)).map((adviser) => adviser()));
}
