import { beforeEach, expect, test } from "vitest";
import type { Parts } from "../../../extension/src/parts";
import { registerSidecar } from "../../../extension/src/sidecar/register";
import type { Sidecar } from "../../../extension/src/sidecar/sidecar";
import { person, reset } from "../fakes/vscode";

let done: string[];
let waiting: unknown[];

beforeEach(() => {
  reset();
  done = [];
  waiting = [];
  const quiet = { error: () => undefined, show: () => done.push("show") };
  const sidecar = {
    home: "/not/there",
    retry: () => done.push("retry"),
    restart: async () => done.push("restart"),
    stop: async () => {
      done.push("stop");
      throw new Error("It did not stop.");
    },
  };
  const board = {
    get waiting() {
      return waiting;
    },
  };
  const parts = { context: { subscriptions: [] }, log: quiet, board };
  // SAFETY: the commands use no more of them than this.
  registerSidecar(parts as unknown as Parts, sidecar as unknown as Sidecar);
});

test("start tries again", async () => {
  await person.execute("pilot.start");
  expect(done).toEqual(["retry"]);
});

test("restart asks only where something waits", async () => {
  await person.execute("pilot.restart");
  expect(person.told).toEqual([]);
  waiting = [{}];
  await person.execute("pilot.restart");
  expect(done).toEqual(["restart"]);
  person.answers = ["Restart"];
  await person.execute("pilot.restart");
  expect(done).toEqual(["restart", "restart"]);
});

test("stop always asks: others lose it too; a failure is said", async () => {
  await person.execute("pilot.stop");
  expect(done).toEqual([]);
  person.answers = ["Stop"];
  await person.execute("pilot.stop");
  expect(done).toEqual(["stop"]);
  expect(person.told.at(-1)).toMatchObject({ kind: "error", message: "It did not stop." });
});

test("logs show the extension's; the hub's is offered only where there is one", async () => {
  await person.execute("pilot.logs");
  expect(done).toEqual(["show"]);
  expect(person.told).toEqual([]);
});
