import { beforeEach, expect, test } from "vitest";
import type { Memento } from "vscode";
import { Complaints } from "../../../extension/src/sidecar/complaints";
import { VersionOffer } from "../../../extension/src/sidecar/versionOffer";
import { person, reset } from "../fakes/vscode";

beforeEach(reset);

test.each([
  ["no_python", ["Choose Python…", "Show Logs", "Retry"], "pilot.choosePython"],
  ["install_failed", ["Retry", "Show Logs"], "pilot.start"],
  ["start_failed", ["Retry", "Show Logs"], "pilot.start"],
  ["hub_too_old", ["Restart the Hub", "Show Logs"], "pilot.restart"],
  ["hub_too_new", ["Check for Updates", "Reload Window", "Show Logs"], "workbench.extensions.action.checkForUpdates"],
])("%s: what helps is a button away", async (code, buttons, command) => {
  person.answers = [buttons[0] ?? ""];
  await new Complaints().show({ code, message: "It went wrong.", hint: "Do this." });
  expect(person.told).toEqual([{ kind: "error", message: "It went wrong. Do this.", buttons }]);
  expect(person.executed.map((one) => one.command)).toEqual([command]);
});

test("what others said in a message is no link that runs a command", async () => {
  await new Complaints().show({ code: "install_failed", message: "No [wheel](command:evil) for x.", hint: "$(trash)" });
  expect(person.told[0]?.message).toBe("No [wheel]\u200b(command:evil) for x. $\u200b(trash)");
});

test("a message that stands is not shown twice; one that was closed is shown again", async () => {
  const complaints = new Complaints();
  const problem = { code: "start_failed", message: "It went wrong." };
  await Promise.all([complaints.show(problem), complaints.show(problem)]);
  expect(person.told).toHaveLength(1);
  await complaints.show(problem);
  expect(person.told).toHaveLength(2);
  expect(person.executed).toEqual([]);
});

test("a restart is offered once for each pair of versions, in whichever window", async () => {
  const memory = new Memory();
  person.answers = ["Restart It"];
  await new VersionOffer(memory, { version: "0.2.0", protocol: 1 }).make({ version: "0.1.0", protocol: 1 }, "restart");
  expect(person.executed.map((one) => one.command)).toEqual(["pilot.restart"]);
  await new VersionOffer(memory, { version: "0.2.0", protocol: 1 }).make({ version: "0.1.0", protocol: 1 }, "restart");
  expect(person.told.map(({ message }) => message)).toEqual([
    "Pilot's hub is version 0.1.0, the extension 0.2.0. Restart it with this version?",
  ]);
  await new VersionOffer(memory, { version: "0.3.0", protocol: 1 }).make({ version: "0.1.0", protocol: 1 }, "restart");
  expect(person.told).toHaveLength(2);
});

test("a newer hub is kept unless the person wants the extension updated", async () => {
  person.answers = ["Keep It"];
  await new VersionOffer(new Memory(), { version: "0.2.0", protocol: 1 }).make(
    { version: "0.3.0", protocol: 1 },
    "update",
  );
  expect(person.told[0]).toMatchObject({ kind: "info", buttons: ["Update the Extension", "Keep It"] });
  expect(person.executed).toEqual([]);
});

class Memory implements Memento {
  readonly #values = new Map<string, unknown>();
  keys = () => [...this.#values.keys()];
  get = <T>(key: string, fallback?: T): T => (this.#values.get(key) ?? fallback) as T; // SAFETY: what was put under the key
  update = async (key: string, value: unknown): Promise<void> => void this.#values.set(key, value);
}
