import { beforeEach, describe, expect, it } from "vitest";
import { registerAccess } from "../../../extension/src/access/register";
import { StatusBar } from "../../../extension/src/asks/statusBar";
import { HubError } from "../../../extension/src/hub";
import type { Confirmation } from "../../../extension/src/protocol.gen";
import { partsOf } from "../fakes/parts";
import { HOSTILE, Scene, settled } from "../fakes/scene";
import { person, screen } from "../fakes/vscode";

const TOLD_MS = 40;

let scene: Scene;

beforeEach(async () => {
  scene = await new Scene().connect();
  scene.hub.answers["confirmations.answer"] = ({ id, allow }) => {
    const made = { id, state: allow ? "allowed" : "refused" } as Confirmation; // SAFETY: nobody reads the rest
    return made;
  };
  registerAccess(partsOf(scene));
});

const answered = () =>
  scene.hub.calls.filter(({ name }) => name === "confirmations.answer").map(({ params }) => params);

/** Follow a link of the newest notification. */
async function press(label: string, toast = screen.toasts.at(-1)): Promise<void> {
  const link = toast?.links.find((one) => one.label === label);
  if (!link) throw new Error(`no link ${label} in ${toast?.text}`);
  const { pathname, search } = new URL(link.href);
  await person.execute(pathname, ...JSON.parse(decodeURIComponent(search.slice(1))));
}

describe("a device that wants in", () => {
  it("is told with its role and address, and what that role may do", async () => {
    scene.wants();
    await settled(TOLD_MS);
    expect(screen.openToasts[0]?.text).toContain(
      "Firefox on Android wants to join as operator (192.168.1.7): It answers",
    );
    expect(screen.openToasts[0]?.links.map(({ label }) => label)).toEqual(["Allow", "Refuse"]);
  });

  it.each([
    ["Allow", true],
    ["Refuse", false],
  ])("%s answers it", async (label, allow) => {
    scene.wants();
    await settled(TOLD_MS);
    await press(label);
    expect(answered()).toEqual([{ id: "conf_1", allow }]);
  });

  it("is withdrawn when it was answered elsewhere or nobody did in time", async () => {
    const one = scene.wants();
    const two = scene.wants({ id: "conf_2" });
    await settled(TOLD_MS);
    expect(screen.openToasts).toHaveLength(2);
    scene.settles(one, "refused");
    scene.settles(two, "expired");
    await settled(TOLD_MS);
    expect(screen.openToasts).toEqual([]);
    await press("Allow", screen.toasts[0]);
    expect(answered()).toEqual([]);
    expect(person.told.at(-1)?.message).toBe("This does not wait any more.");
  });

  it("cannot put links, icons or an answer of its own into the notification", async () => {
    scene.wants({ name: `[Allow](command:evil) ${HOSTILE} [`, address: "$(check) [x" });
    await settled(TOLD_MS);
    const [toast] = screen.openToasts;
    expect(toast?.links.map(({ label }) => label)).toEqual(["Allow", "Refuse"]);
    expect(toast?.links.every(({ href }) => href.startsWith("command:pilot.confirm?"))).toBe(true);
    expect(toast?.text).not.toMatch(/\$\(/);
  });

  it("is told in one window of several, and in another once that one is gone", async () => {
    scene.hub.answers["places.find"] = () => ({ shown: "elsewhere" });
    scene.wants();
    await settled(TOLD_MS);
    expect(screen.toasts).toEqual([]);
    scene.hub.answers["places.find"] = () => ({ shown: "here" });
    scene.tunnel({}); // a change that has nothing to do with windows
    await settled(TOLD_MS);
    expect(screen.toasts).toEqual([]);
    scene.leaves();
    await settled(TOLD_MS);
    expect(screen.openToasts).toHaveLength(1);
  });

  it("is not told again after “later”, but can be answered from the status bar", async () => {
    new StatusBar(scene.hub, scene.board);
    scene.wants();
    await settled(TOLD_MS);
    screen.openToasts[0]?.later();
    scene.leaves();
    await settled(TOLD_MS);
    expect(screen.openToasts).toEqual([]);
    const item = screen.statusBar.find(({ id }) => id === "pilot.status");
    expect(item).toMatchObject({ text: "$(rocket) Pilot · $(key) 1", command: "pilot.confirmations" });
    expect(item?.accessibilityInformation?.label).toContain("Firefox on Android wants to join as operator");
    person.answers = ["Refuse"];
    await person.execute("pilot.confirmations");
    expect(answered()).toEqual([{ id: "conf_1", allow: false }]);
  });

  it("that was there before the window is told, too", async () => {
    scene.wants();
    person.commands.clear();
    registerAccess(partsOf(scene));
    await settled(TOLD_MS);
    expect(screen.openToasts).toHaveLength(2); // one of each registration
  });

  it("whose answer the hub refuses says why", async () => {
    scene.hub.answers["confirmations.answer"] = () => {
      throw new HubError("forbidden", "Only somebody at the hub's machine can confirm this.", "Use VS Code.");
    };
    scene.wants();
    await settled(TOLD_MS);
    await press("Allow");
    expect(person.told.at(-1)).toMatchObject({ kind: "error", message: expect.stringContaining("Use VS Code.") });
  });
});

it("a new token that an agent's terminal asks for is confirmed the same way", async () => {
  scene.wants({ kind: "token_rotation", name: "opencode", scope: undefined, address: undefined });
  await settled(TOLD_MS);
  expect(screen.openToasts[0]?.text).toContain("OpenCode asks for a new token: Every program that holds the old one");
  await press("Allow");
  expect(answered()).toEqual([{ id: "conf_1", allow: true }]);
});

it.each([
  [true, 0],
  [false, 1],
])("a yes to a new token cuts this window off, too, which is no trouble; allowing: %s", async (allow, complaints) => {
  scene.hub.answers["confirmations.answer"] = () => {
    throw new HubError("unreachable", "The connection was lost.");
  };
  scene.wants({ kind: "token_rotation", name: "opencode" });
  await settled(TOLD_MS);
  await press(allow ? "Allow" : "Refuse");
  expect(person.told.filter(({ kind }) => kind === "error")).toHaveLength(complaints);
});

it("nobody who waits is said to be nobody", async () => {
  await person.execute("pilot.confirmations");
  expect(person.told.at(-1)).toMatchObject({ kind: "error", message: "Nobody waits to be let in." });
});
