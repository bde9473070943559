import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setUsed } from "../../../extension/src/dashboard/visible";
import { type Listener, type WindowLook, WindowReport } from "../../../extension/src/sidecar/windowReport";
import { person, reset, screen, Uri, window, workspace } from "../fakes/vscode";

const MINUTE = 60_000;

let now = Date.now();
let report: WindowReport;
let told: WindowLook[];
let hub: Listener;

beforeEach(() => {
  now += 100 * MINUTE; // long after what an earlier test did in the dashboard
  vi.useFakeTimers({ now });
  reset();
  told = [];
  hub = {
    tellWindow: async (look) => {
      told.push(look);
      return "rpc_1";
    },
  };
  report = new WindowReport();
});

afterEach(() => {
  report.dispose();
  vi.useRealTimers();
});

function become(state: { focused: boolean; active: boolean }): void {
  window.state = state;
  person.windows.fire(state);
}

const settle = (ms = 60): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

test("a hub hears at once how the window is, once, and says what it calls it", async () => {
  workspace.workspaceFolders = [
    { uri: Uri.file("/home/ada/app"), name: "app" },
    { uri: Uri.parse("vscode-vfs://github/x"), name: "x" },
  ];
  expect(await report.surface()).toBeUndefined();
  report.join(hub);
  report.join(hub);
  expect(await report.surface()).toBe("rpc_1");
  expect(told).toEqual([{ folders: ["/home/ada/app"], focused: true, active: true, notifies: true }]);
});

test("changes of one moment are told once, and what came to nothing not at all", async () => {
  report.join(hub);
  become({ focused: false, active: true });
  become({ focused: false, active: false });
  await settle();
  expect(told.slice(1)).toMatchObject([{ focused: false, active: false }]);
  become({ focused: true, active: true });
  become({ focused: false, active: false });
  await settle();
  expect(told).toHaveLength(2);
});

test("nobody is at a window that has not the focus", async () => {
  window.state = { focused: false, active: true };
  report.join(hub);
  setUsed();
  await settle();
  expect(told.map(({ active }) => active)).toEqual([false]);
});

test("whoever uses the dashboard is there, although VS Code does not see it, for a minute", async () => {
  window.state = { focused: true, active: false };
  report.join(hub);
  setUsed();
  await settle();
  expect(told.map(({ active }) => active)).toEqual([false, true]);
  await settle(2 * MINUTE);
  expect(told.at(-1)?.active).toBe(false);
});

test("somebody who is there is said to be again and again, somebody who is not only once", async () => {
  report.join(hub);
  await settle(3 * MINUTE);
  expect(told.map(({ active }) => active)).toEqual([true, true, true, true]);
  become({ focused: true, active: false });
  await settle(10 * MINUTE);
  expect(told.map(({ active }) => active).slice(4)).toEqual([false]);
});

test("a window that tells of nothing says so", async () => {
  report.join(hub);
  screen.settings.set("pilot.notifications.asks", "never");
  person.documents.fire({});
  await settle();
  expect(told.map(({ notifies }) => notifies)).toEqual([true, false]);
});

test("another hub hears everything anew", async () => {
  report.join(hub);
  report.join({ tellWindow: async () => undefined });
  expect(await report.surface()).toBeUndefined();
});
