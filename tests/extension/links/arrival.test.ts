import { beforeEach, describe, expect, it } from "vitest";
import { registerLinks } from "../../../extension/src/links/register";
import { LinkHandler } from "../../../extension/src/links/uriHandler";
import type { Parts } from "../../../extension/src/parts";
import { partsOf } from "../fakes/parts";
import { Scene, settled } from "../fakes/scene";
import { env, person, UIKind, Uri, window, workspace } from "../fakes/vscode";

let scene: Scene;
let parts: Parts;

beforeEach(() => {
  scene = new Scene();
  parts = partsOf(scene);
  registerLinks(parts);
  scene.hub.answers["places.show"] = () => ({ shown: "here" });
});

/** A click on a link, from wherever. */
async function follow(path: string): Promise<void> {
  // SAFETY: the handler reads the parts of the address only
  await new LinkHandler(parts).handleUri(Uri.parse(`code-oss://agent-pilot.agent-pilot${path}`) as never);
}

function shown(): unknown[] {
  return person.executed.map(({ command, given }) => [command, ...given]);
}

describe("a link", () => {
  it("is shown here if it belongs here", async () => {
    await scene.connect();
    await follow("/ask/per_1");
    expect(scene.hub.calls).toContainEqual({ name: "places.show", params: { kind: "ask", id: "per_1" } });
    expect(shown()).toEqual([["pilot.dashboard.open", { kind: "ask", id: "per_1" }]]);
  });

  it("is shown here if no window has its folder", async () => {
    await scene.connect();
    scene.hub.answers["places.show"] = () => ({ shown: "nowhere" });
    await follow("/session/ses_1");
    expect(shown()).toEqual([["pilot.dashboard.open", { kind: "session", id: "ses_1" }]]);
  });

  it("is left to the window where it belongs", async () => {
    await scene.connect();
    scene.hub.answers["places.show"] = () => ({ shown: "elsewhere", window: "VS Code – $(bug) app" });
    await follow("/session/ses_1");
    expect(shown()).toEqual([]);
    expect(person.told[0]?.message).toBe("$(link-external) Shown in VS Code – $\u200b(bug) app");
  });

  it("waits for a hub that is still starting", async () => {
    const followed = follow("/pair");
    await settled();
    expect(shown()).toEqual([]);
    await scene.connect();
    await followed;
    expect(shown()).toEqual([["pilot.phone.showQr"]]);
  });

  it("says why it cannot be shown when the hub does not come", async () => {
    const followed = follow("/pair");
    scene.hub.become({ kind: "failed", problem: { code: "no_python", message: "No Python.", hint: "Install it." } });
    await followed;
    expect(shown()).toEqual([]);
    expect(person.told).toMatchObject([{ kind: "error", message: "No Python. Install it." }]);
  });

  it("to something that is gone says so", async () => {
    await scene.connect();
    delete scene.hub.answers["places.show"];
    await follow("/session/ses_gone");
    expect(shown()).toEqual([]);
    expect(person.told).toMatchObject([{ kind: "error" }]);
  });

  it.each(["/ask/per_1?kind=allow_once", "/approve/per_1", "/ask/$(x)", "/session/a/b", ""])(
    "%s is refused and does nothing, not even ask the hub",
    async (path) => {
      await scene.connect();
      const before = scene.hub.calls.length;
      await follow(path);
      expect(shown()).toEqual([]);
      expect(scene.hub.calls).toHaveLength(before);
      expect(person.told).toMatchObject([{ kind: "error" }]);
    },
  );
});

describe("a place that another window hands over", () => {
  it("is shown, and the window comes to the front on a desktop", async () => {
    env.uiKind = UIKind.Desktop;
    window.state.focused = false;
    const folder = Uri.file("/home/ada/app");
    workspace.workspaceFolders = [{ uri: folder, name: "app" }];
    scene.hub.send({ kind: "session", id: "ses_1" });
    await settled();
    expect(shown()).toEqual([
      ["pilot.dashboard.open", { kind: "session", id: "ses_1" }],
      ["vscode.openFolder", folder, { forceNewWindow: true }],
    ]);
  });

  it("opens no folder in a browser, in a window in use, or without one", async () => {
    for (const [kind, focused, folder] of [
      [UIKind.Web, false, "/a"],
      [UIKind.Desktop, true, "/a"],
      [UIKind.Desktop, false, ""],
    ] as const) {
      env.uiKind = kind;
      window.state.focused = focused;
      workspace.workspaceFolders = folder ? [{ uri: Uri.file(folder), name: "a" }] : undefined;
      scene.hub.send({ kind: "ask", id: "per_1" });
      await settled();
    }
    expect(person.executed.map(({ command }) => command)).toEqual(Array(3).fill("pilot.dashboard.open"));
  });
});

it("a copied link has the scheme of this VS Code", async () => {
  await scene.connect();
  scene.session({ id: "ses_1" });
  await person.execute("pilot.session.copyLink", "ses_1");
  expect(person.clipboard).toBe("code-oss://agent-pilot.agent-pilot/session/ses_1");
  await person.execute("pilot.ask.copyLink", { ask: { id: "per_1" } });
  expect(person.clipboard).toBe("code-oss://agent-pilot.agent-pilot/ask/per_1");
});
