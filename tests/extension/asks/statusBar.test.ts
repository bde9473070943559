import { beforeEach, describe, expect, test } from "vitest";
import { StatusBar } from "../../../extension/src/asks/statusBar";
import { HOSTILE, Scene, settled } from "../fakes/scene";
import { screen } from "../fakes/vscode";

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
  new StatusBar(scene.hub, scene.board);
});

function item() {
  const [found] = screen.statusBar;
  if (!found) throw new Error("no item");
  return found;
}

describe("the status bar", () => {
  test("says where the hub stands, red only when it failed", () => {
    expect([item().text, item().command]).toEqual(["$(sync~spin) Pilot", "pilot.logs"]);
    scene.hub.become({ kind: "failed", problem: { code: "no_python", message: "No Python.", hint: "Install it." } });
    expect([item().text, item().command, item().backgroundColor?.id]).toEqual([
      "$(error) Pilot",
      "pilot.start",
      "statusBarItem.errorBackground",
    ]);
    expect(item().tooltip?.value).toContain("Install it");
    scene.hub.become({ kind: "stopped", by: "ada" });
    expect([item().text, item().backgroundColor]).toEqual(["$(circle-slash) Pilot", undefined]);
  });

  test("counts what works, and opens the dashboard", async () => {
    await scene.connect();
    expect([item().text, item().command]).toEqual(["$(rocket) Pilot", "pilot.dashboard.focus"]);
    scene.session({ state: "busy" });
    scene.session({ id: "child", parentId: "ses_1", rootId: "ses_1", state: "busy" });
    scene.session({ id: "idle" });
    await settled();
    expect([item().text, item().backgroundColor]).toEqual(["$(rocket) 1", undefined]);
  });

  test("shows an ask in the same moment, and clears in the same moment", async () => {
    await scene.connect();
    const waiting = scene.asks();
    expect(item().text).toBe("$(rocket) Pilot · $(warning) 1");
    expect([item().command, item().backgroundColor?.id]).toEqual(["pilot.answer", "statusBarItem.warningBackground"]);
    expect(item().accessibilityInformation?.label).toBe("Pilot: no session is active, 1 ask waits for you");
    scene.ends(waiting);
    expect([item().text, item().backgroundColor]).toEqual(["$(rocket) Pilot", undefined]);
  });

  test("lists the first five of two hundred", async () => {
    await scene.connect();
    for (let at = 0; at < 200; at++) scene.asks({ id: `per_${at}`, createdAt: at, command: `run ${at} now` });
    expect(item().text).toContain("$(warning) 200");
    expect(item().tooltip?.value).toContain("run 4 now");
    expect(item().tooltip?.value).not.toContain("run 5 now");
    expect(item().tooltip?.value).toContain("and 195 more");
  });

  test("shows agents' words as text", async () => {
    await scene.connect();
    scene.asks({ command: HOSTILE });
    expect(item().tooltip?.value).not.toMatch(/(?<!\\)[[*]|\$\(/);
    expect([item().tooltip?.isTrusted, item().tooltip?.supportHtml]).toEqual([undefined, undefined]);
  });
});
