import { beforeEach, describe, expect, it, vi } from "vitest";
import manifest from "../../../extension/package.json";
import { HubError } from "../../../extension/src/hub";
import type { Parts } from "../../../extension/src/parts";
import type { SettingInfo } from "../../../extension/src/protocol.gen";
import { pushesOf, withPush } from "../../../extension/src/settings/pushes";
import { registerSettings } from "../../../extension/src/settings/register";
import { partsOf } from "../fakes/parts";
import { Scene, settled } from "../fakes/scene";
import { person, workspace } from "../fakes/vscode";

describe("what is sent", () => {
  it("is what changed since it was sent last", () => {
    expect(pushesOf({ port: 1, host: "a" }, { port: 1 })).toEqual([{ name: "host", value: "a" }]);
    expect(pushesOf({ port: 2 }, { port: 1 })).toEqual([{ name: "port", value: 2 }]);
    expect(pushesOf({ dev: false }, {})).toEqual([{ name: "dev", value: false }]);
  });

  it("is null for what is set no more", () => {
    expect(pushesOf({}, { port: 1 })).toEqual([{ name: "port", value: null }]);
    expect(withPush({ port: 1, host: "a" }, { name: "port", value: null })).toEqual({ host: "a" });
  });
});

let scene: Scene;
let parts: Parts;
let set: Record<string, unknown>;

const INFO: SettingInfo = {
  name: "port",
  title: "",
  group: "advanced",
  kind: "text",
  choices: [],
  env: "PILOT_PORT",
  value: 1,
  default: 1,
  source: "saved",
  locked: false,
  needsRestart: true,
  secret: false,
  description: "",
};

beforeEach(() => {
  scene = new Scene();
  parts = partsOf(scene, manifest);
  set = {};
  vi.spyOn(workspace, "getConfiguration").mockImplementation(() => ({
    inspect: (name) => ({ globalValue: set[name] }),
    get: () => undefined,
  }));
  scene.hub.answers["settings.update"] = () => ({ settings: [], problems: [] });
  registerSettings(parts);
});

/** The person edits VS Code's settings. */
async function change(values: Record<string, unknown>): Promise<void> {
  set = values;
  person.documents.fire({ affectsConfiguration: (section: string) => section === "pilot.hub" });
  await settled();
}

function sent(): unknown[] {
  return scene.hub.calls.filter(({ name }) => name === "settings.update").map(({ params }) => params);
}

/** Another window's life: it knows only what VS Code kept. */
async function restart(): Promise<void> {
  scene.hub.become({ kind: "reconnecting" });
  await scene.connect();
}

describe("the hub's settings in VS Code", () => {
  it("are sent when they change, each by itself", async () => {
    await scene.connect();
    await change({ keepDays: 7, keepAlive: "always" });
    expect(sent()).toEqual([{ values: { keepAlive: "always" } }, { values: { keepDays: 7 } }]);
  });

  it("are not sent again, so that a later change in the dashboard stays", async () => {
    await scene.connect();
    await change({ keepDays: 7 });
    await restart();
    await change({ keepDays: 7 });
    expect(sent()).toHaveLength(1);
  });

  it("that were set while the hub was away are sent when it is there", async () => {
    await change({ keepDays: 7 });
    expect(sent()).toEqual([]);
    await scene.connect();
    expect(sent()).toEqual([{ values: { keepDays: 7 } }]);
  });

  it("are each hub's own: another machine or home is sent what is set for it, and loses nothing", async () => {
    let home = "/home/ada/.pilot";
    Object.assign(scene.hub, { installed: async () => ({ home }) });
    await scene.connect();
    await change({ keepDays: 7 });
    home = "/home/ada/other"; // a window elsewhere, where nothing is set
    set = {};
    await restart();
    expect(sent()).toHaveLength(1);
    set = { keepDays: 7 };
    await restart();
    expect(sent()).toHaveLength(2);
    home = "/home/ada/.pilot";
    await restart();
    expect(sent()).toHaveLength(2);
  });

  it("go back to the hub when they are removed", async () => {
    await scene.connect();
    await change({ keepDays: 7 });
    await change({});
    expect(sent().at(-1)).toEqual({ values: { keepDays: null } });
  });

  it("that the hub refuses are told once, and do not keep others from being sent", async () => {
    scene.hub.answers["settings.update"] = ({ values }) => {
      if ("port" in values) throw new HubError("conflict", "PILOT_PORT is set in the hub's environment.", "Unset it.");
      return { settings: [], problems: [] };
    };
    await scene.connect();
    await change({ port: 1, keepDays: 7 });
    await restart();
    expect(person.told.map(({ message }) => message)).toEqual([
      "“pilot.hub.port” was not changed: PILOT_PORT is set in the hub's environment. Unset it.",
    ]);
    expect(sent()).toContainEqual({ values: { keepDays: 7 } });
    await change({ port: 2 });
    expect(person.told).toHaveLength(2);
  });

  it("that fail because the connection went are sent again, without a word", async () => {
    let away = true;
    scene.hub.answers["settings.update"] = () => {
      if (away) throw new HubError("unreachable", "Pilot is not connected.");
      return { settings: [], problems: [] };
    };
    await scene.connect();
    await change({ keepDays: 7 });
    away = false;
    await restart();
    expect(sent()).toHaveLength(2);
    expect(person.told).toEqual([]);
    await restart();
    expect(sent()).toHaveLength(2);
  });

  it("that need a restart offer one", async () => {
    scene.hub.answers["settings.update"] = () => ({ settings: [INFO], problems: [] });
    await scene.connect();
    person.answers = ["Restart Pilot"];
    await change({ port: 5000 });
    expect(person.told[0]?.message).toBe("“pilot.hub.port” works from Pilot’s next start.");
    expect(person.executed).toContainEqual({ command: "pilot.restart", given: [] });
  });

  it("hold no secrets", () => {
    const names = Object.keys(manifest.contributes.configuration.properties).filter((name) =>
      name.startsWith("pilot.hub."),
    );
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => /token|private|secret/i.test(name))).toEqual([]);
  });
});
