import { beforeEach, describe, expect, it } from "vitest";
import { registerAccess } from "../../../extension/src/access/register";
import { HubError } from "../../../extension/src/hub";
import type { DeviceView } from "../../../extension/src/protocol.gen";
import { partsOf } from "../fakes/parts";
import { device } from "../fakes/samples";
import { HOSTILE, Scene, settled } from "../fakes/scene";
import { person } from "../fakes/vscode";

let scene: Scene;
let devices: DeviceView[];

beforeEach(async () => {
  scene = await new Scene().connect();
  devices = [device(), device({ id: "dev_2", name: "Anna’s iPad", scope: "view", sessionId: "ses_1", online: true })];
  scene.hub.answers["devices.list"] = () => ({ devices });
  scene.hub.answers["devices.update"] = () => device();
  scene.hub.answers["devices.revoke"] = () => ({ done: true });
  scene.hub.answers["token.rotate"] = () => ({ done: true });
  registerAccess(partsOf(scene));
});

const calls = (...names: string[]) => scene.hub.calls.filter(({ name }) => names.includes(name));

describe("devices", () => {
  it("are listed, and what to do beside them", async () => {
    await person.execute("pilot.devices");
    expect(person.offered[0]).toEqual([
      "$(vm-outline) Firefox on Android",
      "$(vm-active) Anna’s iPad",
      "",
      "$(device-mobile) Pair a phone…",
      "$(eye) Let somebody watch…",
      "$(key) Rotate the token…",
    ]);
  });

  it("are renamed, and the list comes back", async () => {
    person.answers = ["Firefox", "Rename", " My phone "];
    await person.execute("pilot.devices");
    expect(calls("devices.update")).toMatchObject([{ params: { id: "dev_1", name: "My phone" } }]);
    expect(calls("devices.list")).toHaveLength(2);
  });

  it("get another role", async () => {
    person.answers = ["Firefox", "Change its role", "approver"];
    await person.execute("pilot.devices");
    expect(calls("devices.update")).toMatchObject([{ params: { id: "dev_1", scope: "approve" } }]);
  });

  it("that follow one session have no other role", async () => {
    person.answers = ["Anna"];
    await person.execute("pilot.devices");
    expect(person.offered[1]).toEqual(["$(edit) Rename…", "$(trash) Revoke…"]);
  });

  it("are revoked once that is confirmed", async () => {
    person.answers = ["Firefox", "Revoke"];
    await person.execute("pilot.devices");
    expect(calls("devices.revoke")).toEqual([]);
    person.answers = ["Firefox", "Revoke", "Revoke"];
    await person.execute("pilot.devices");
    expect(calls("devices.revoke")).toMatchObject([{ params: { id: "dev_1" } }]);
  });

  it("cannot dress up as something else", async () => {
    devices = [device({ name: HOSTILE })];
    await person.execute("pilot.devices");
    expect(person.offered[0]?.[0]).not.toMatch(/\$\(trash\)|\u202e/);
  });
});

describe("a new token", () => {
  it("is made once that is confirmed, with or without the devices", async () => {
    await person.execute("pilot.token.rotate");
    expect(calls("token.rotate")).toEqual([]);
    person.answers = ["Rotate"];
    await person.execute("pilot.token.rotate");
    person.answers = ["Rotate and Revoke All Devices"];
    await person.execute("pilot.token.rotate");
    expect(calls("token.rotate").map(({ params }) => params)).toEqual([{ devices: false }, { devices: true }]);
    expect(person.told.at(-1)?.message).toBe("The token is new, and every device has to be paired anew.");
  });

  it.each([
    ["at once", 0],
    ["a moment later", 20],
  ])(
    "is said to be there when this window is back, though it lost its answer, and %s its connection",
    async (_, after) => {
      scene.hub.answers["token.rotate"] = () => {
        if (after) setTimeout(() => scene.hub.become({ kind: "reconnecting" }), after);
        else scene.hub.become({ kind: "reconnecting" });
        throw new HubError("unreachable", "The connection was lost.");
      };
      person.answers = ["Rotate"];
      const rotating = person.execute("pilot.token.rotate");
      await settled(40);
      expect(person.told.at(-1)?.kind).toBe("warning"); // the question
      await scene.connect();
      await rotating;
      expect(person.told.at(-1)).toMatchObject({ kind: "info", message: expect.stringContaining("The token is new.") });
    },
  );

  it("that the hub refuses is no new token", async () => {
    scene.hub.answers["token.rotate"] = () => {
      throw new HubError("self_approval", "An agent may not do this.");
    };
    person.answers = ["Rotate"];
    await person.execute("pilot.token.rotate");
    expect(person.told.at(-1)).toMatchObject({ kind: "error", message: "An agent may not do this." });
  });
});
