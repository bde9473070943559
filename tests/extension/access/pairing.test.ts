import { beforeEach, describe, expect, it } from "vitest";
import { registerAccess } from "../../../extension/src/access/register";
import type { DeviceView, PairParams } from "../../../extension/src/protocol.gen";
import { partsOf } from "../fakes/parts";
import { device, pairingLink } from "../fakes/samples";
import { HOSTILE, Scene, settled } from "../fakes/scene";
import { person, screen } from "../fakes/vscode";

let scene: Scene;
let devices: DeviceView[];

beforeEach(async () => {
  scene = await new Scene().connect();
  devices = [];
  scene.hub.answers["devices.list"] = () => ({ devices });
  scene.hub.answers["pairing.create"] = () => pairingLink();
  registerAccess(partsOf(scene));
});

const asked = (): PairParams[] =>
  scene.hub.calls.filter(({ name }) => name === "pairing.create").map(({ params }) => params as PairParams); // SAFETY: by its name

async function pair(role = "operator") {
  person.answers = [role];
  await person.execute("pilot.phone.showQr");
  const panel = screen.panels.at(-1);
  if (!panel) throw new Error("no panel is open");
  return panel;
}

async function arrives(changes: Partial<DeviceView> = {}): Promise<void> {
  devices = [...devices, device(changes)];
  scene.devicesChange();
  await settled();
}

describe("pairing a phone", () => {
  it("asks for the role first, with the phone's usual one on top, and shows a code for it", async () => {
    const panel = await pair();
    expect(person.offered[0]).toEqual(["operator", "approver", "viewer", "administrator"]);
    expect(asked()).toEqual([{ scope: "operate" }]);
    expect(panel.title).toBe("Pair a phone");
    expect(panel.webview.html).toContain("The device becomes operator: it answers what agents ask, sends prompts");
  });

  it("makes no code for whoever gives up", async () => {
    await person.execute("pilot.phone.showQr");
    expect(asked()).toEqual([]);
    expect(screen.panels).toEqual([]);
  });

  it("says who came in by it, and only of them", async () => {
    devices = [device({ id: "old" })];
    const panel = await pair();
    scene.devicesChange(); // somebody renamed the old one
    await settled();
    await arrives({ id: "viewer", scope: "view" });
    await arrives({ id: "guest", sessionId: "ses_1" });
    expect(panel.posted).toEqual([]);
    await arrives({ id: "new", name: HOSTILE });
    expect(panel.posted).toMatchObject([{ type: "arrived", text: expect.stringMatching(/is in, as operator\.$/) }]);
    await arrives({ id: "another" });
    expect(panel.posted).toHaveLength(1);
    expect(person.told).toEqual([]);
  });

  it("says it aloud where the panel is not in view", async () => {
    const panel = await pair();
    panel.visible = false;
    await arrives();
    expect(person.told.map(({ message }) => message)).toEqual(["Firefox on Android is in, as operator."]);
  });

  it("copies the way that is shown, and nothing once it is used", async () => {
    const panel = await pair();
    panel.say({ type: "copy", way: 1 });
    expect(person.clipboard).toBe("https://x.example.org/pair#code=abc");
    await arrives();
    panel.say({ type: "copy", way: 0 });
    expect(person.clipboard).toBe("");
  });

  it("makes a new code for the same role when asked, and when another way opened meanwhile", async () => {
    scene.tunnel({});
    const panel = await pair("viewer");
    panel.say({ type: "renew" });
    await settled();
    scene.tunnel({ state: "starting" });
    await settled(40);
    expect(asked()).toHaveLength(2);
    scene.tunnel({ state: "up", url: "https://x.example.org" });
    await settled(40);
    expect(asked()).toEqual([{ scope: "view" }, { scope: "view" }, { scope: "view" }]);
    expect(screen.panels).toHaveLength(1);
  });

  it("leads to what makes the hub reachable", async () => {
    const panel = await pair();
    panel.say({ type: "tunnel" });
    panel.say({ type: "network" });
    panel.say({ type: "run", command: "evil" });
    const done = person.executed.map(({ command, given }) => [command, ...given]);
    expect(done).toContainEqual(["pilot.tunnel.start"]);
    expect(done).toContainEqual(["workbench.action.openSettings", "pilot.hub.host"]);
    expect(done.flat()).not.toContain("evil");
  });

  it("stays closed once it was closed", async () => {
    (await pair()).dispose();
    scene.tunnel({ state: "up", url: "https://x.example.org" });
    await arrives();
    await settled(40);
    expect(asked()).toHaveLength(1);
    expect(person.told).toEqual([]);
  });
});

describe("the link to copy", () => {
  it("is the best one for a phone", async () => {
    person.answers = ["approver"];
    await person.execute("pilot.phone.copyLink");
    expect(person.clipboard).toBe("http://192.168.1.2:4097/pair#code=abc");
    expect(asked()).toEqual([{ scope: "approve" }]);
    expect(person.told[0]?.message).toMatch(/works once, within ten minutes, and makes a device approver/);
  });

  it("is none where no phone can get here; what to do is offered", async () => {
    scene.hub.answers["pairing.create"] = () => pairingLink({ ways: [], advice: "Set the host." });
    person.answers = ["operator", "Open to the Network…"];
    await person.execute("pilot.phone.copyLink");
    expect(person.clipboard).toBe("");
    expect(person.told).toMatchObject([{ kind: "warning", message: "Set the host." }]);
    expect(person.executed.at(-1)).toMatchObject({
      command: "workbench.action.openSettings",
      given: ["pilot.hub.host"],
    });
  });
});

describe("sharing", () => {
  it("lets somebody watch one session, for a while", async () => {
    scene.session();
    person.answers = ["One session", "Fix the parser", "For a day"];
    await person.execute("pilot.session.share");
    expect(asked()).toEqual([{ scope: "view", sessionId: "ses_1", lastsMs: 86_400_000 }]);
    expect(screen.panels[0]?.title).toBe("Share “Fix the parser”");
    await arrives({ id: "other", scope: "view" });
    await arrives({ id: "guest", scope: "view", sessionId: "ses_1" });
    expect(screen.panels[0]?.posted).toHaveLength(1);
  });

  it("asks only for how long where the session is known", async () => {
    scene.session();
    person.answers = ["Until I end it"];
    await person.execute("pilot.session.share", { session: { id: "ses_1" } });
    expect(asked()).toEqual([{ scope: "view", sessionId: "ses_1", lastsMs: undefined }]);
  });

  it("can be of everything, and is of nothing for whoever gives up", async () => {
    person.answers = ["Every session"];
    await person.execute("pilot.session.share");
    expect(asked()).toEqual([]);
    person.answers = ["Every session", "For an hour"];
    await person.execute("pilot.session.share");
    expect(asked()).toEqual([{ scope: "view", sessionId: undefined, lastsMs: 3_600_000 }]);
  });
});
