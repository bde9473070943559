import { beforeEach, describe, expect, it } from "vitest";
import { registerAccess } from "../../../extension/src/access/register";
import { HubError } from "../../../extension/src/hub";
import type { TunnelStatus } from "../../../extension/src/protocol.gen";
import { partsOf } from "../fakes/parts";
import { Scene, settled } from "../fakes/scene";
import { person, screen } from "../fakes/vscode";

const URL = "https://x.example.org";
const STARTING: TunnelStatus = { state: "starting", provider: "custom", attempts: 0 };
const TOLD_MS = 40;

let scene: Scene;

beforeEach(async () => {
  scene = await new Scene().connect();
  scene.hub.answers["tunnel.start"] = () => STARTING;
  scene.hub.answers["tunnel.stop"] = () => ({ ...STARTING, state: "off" });
  registerAccess(partsOf(scene));
});

const item = () => screen.statusBar.find(({ id }) => id === "pilot.tunnel");
const params = (name: string) => scene.hub.calls.filter((call) => call.name === name).map((call) => call.params);

describe("the status bar", () => {
  it("shows the tunnel for as long as there is one", async () => {
    expect(item()?.shown).toBe(false);
    scene.tunnel({ state: "up", url: URL });
    await settled(TOLD_MS);
    expect(item()).toMatchObject({ shown: true, text: "$(broadcast) Tunnel", command: "pilot.tunnel" });
    expect(item()?.accessibilityInformation?.label).toBe(
      "Pilot can be reached from everywhere at https://x.example.org (custom); only paired devices get in.",
    );
    expect(person.context.get("pilot.tunnel")).toBe("up");
    scene.tunnel({ state: "off" });
    await settled(TOLD_MS);
    expect(item()?.shown).toBe(false);
  });

  it("says in the hub's words what is wrong, and that it was lost", async () => {
    scene.tunnel({ state: "retrying", message: "It ended; again in 4 s." });
    await settled(TOLD_MS);
    expect(item()).toMatchObject({ text: "$(sync~spin) Tunnel" });
    expect(person.told).toEqual([]);
    person.answers = ["Try Again"];
    scene.tunnel({ state: "failed", message: "It ended again and again." });
    await settled(TOLD_MS);
    expect(item()).toMatchObject({
      text: "$(warning) Tunnel",
      backgroundColor: { id: "statusBarItem.warningBackground" },
    });
    expect(person.told[0]).toMatchObject({ kind: "warning", message: "It ended again and again." });
    expect(params("tunnel.start")).toEqual([{ force: false }]);
  });

  it("claims nothing of a hub that is not there", async () => {
    scene.tunnel({ state: "up", url: URL });
    await settled(TOLD_MS);
    scene.hub.become({ kind: "reconnecting" });
    expect(item()?.shown).toBe(false);
  });
});

describe("starting", () => {
  it("waits until it is up, says where, and can copy that", async () => {
    person.answers = ["Copy Address"];
    const starting = person.execute("pilot.tunnel.start");
    await settled();
    expect(screen.openToasts.map(({ title }) => title)).toEqual(["Starting the tunnel…"]);
    scene.tunnel({ state: "up", url: URL });
    await starting;
    expect(person.told.at(-1)?.message).toBe("The tunnel is up: https://x.example.org. Only paired devices get in.");
    expect(person.clipboard).toBe(URL);
    expect(screen.openToasts).toEqual([]);
  });

  it("says why it does not come up", async () => {
    const starting = person.execute("pilot.tunnel.start");
    await settled();
    scene.tunnel({ state: "failed", message: "No token is set up." });
    await starting;
    expect(person.told).toMatchObject([{ kind: "error", message: "No token is set up." }]);
  });

  it("is not forced where something else is in the way", async () => {
    scene.hub.answers["tunnel.start"] = () => {
      throw new HubError("conflict", "No program for tunnels was found.", "Install cloudflared.");
    };
    await person.execute("pilot.tunnel.start");
    expect(person.told).toMatchObject([
      { kind: "error", message: "No program for tunnels was found. Install cloudflared.", buttons: [] },
    ]);
  });

  it("before a device is paired is a person's explicit wish", async () => {
    scene.hub.answers["tunnel.start"] = ({ force }) => {
      if (!force) throw new HubError("no_device", "No device is paired yet.", "Pair one first.");
      return { ...STARTING, state: "up", url: URL };
    };
    await person.execute("pilot.tunnel.start");
    expect(params("tunnel.start")).toEqual([{ force: false }]);
    person.answers = ["Start Anyway"];
    await person.execute("pilot.tunnel.start");
    expect(params("tunnel.start")).toEqual([{ force: false }, { force: false }, { force: true }]);
  });
});

describe("the menu", () => {
  it("offers what can be done now", async () => {
    await person.execute("pilot.tunnel");
    expect(person.offered.at(-1)).toEqual(["$(play) Start the tunnel", "$(settings-gear) Settings"]);
    scene.tunnel({ state: "up", url: URL });
    await settled(TOLD_MS);
    person.answers = ["Stop"];
    await person.execute("pilot.tunnel");
    expect(person.offered.at(-1)).toEqual([
      "$(device-mobile) Pair a phone…",
      "$(copy) Copy the address",
      "$(debug-stop) Stop the tunnel",
      "$(settings-gear) Settings",
    ]);
    expect(params("tunnel.stop")).toEqual([{}]);
  });

  it("has nothing to stop where nothing runs", async () => {
    await person.execute("pilot.tunnel.stop");
    expect(person.told).toMatchObject([{ kind: "error", message: "No tunnel runs." }]);
  });
});
