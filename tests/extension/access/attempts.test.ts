import { beforeEach, expect, test } from "vitest";
import { Attempts } from "../../../extension/src/access/attempts";
import { HOSTILE, Scene, settled } from "../fakes/scene";
import { person } from "../fakes/vscode";

let scene: Scene;

beforeEach(async () => {
  scene = await new Scene().connect();
  new Attempts(scene.hub, scene.board);
});

const told = () => person.told.map(({ kind, message }) => `${kind}: ${message}`);

test("an agent that tries to answer itself is named, with the program it used, and its session can be shown", async () => {
  person.answers = ["Show Session"];
  scene.attempts();
  await settled();
  expect(told()).toEqual(["warning: OpenCode tried to answer its own question, by “curl”. Pilot refused."]);
  expect(person.executed).toEqual([{ command: "pilot.dashboard.open", given: [{ kind: "session", id: "ses_1" }] }]);
});

test("an attempt while the connection was away is told once it is back", async () => {
  scene.hub.become({ kind: "reconnecting" });
  await settled();
  const attempt = { agent: "opencode", pid: 7, program: "curl", call: "asks.decide", certain: true };
  const missed = { type: "pilot.self_approval.refused", epoch: "e", seq: 9, at: 1, attempt } as const;
  scene.hub.missed = { cursor: "e-9", events: [missed] };
  await scene.connect();
  expect(told()).toEqual(["warning: OpenCode tried to answer its own question, by “curl”. Pilot refused."]);
});

test("whatever else it tries is named as well; without a session there is none to show", async () => {
  scene.attempts({ call: "pairing.create", sessionId: undefined });
  await settled();
  expect(told()).toEqual([
    "warning: OpenCode tried to use Pilot as if it were you: pairing.create, by “curl”. Pilot refused.",
  ]);
  expect(person.told[0]?.buttons).toEqual([]);
});

test("what may have been the person is not called an agent's", async () => {
  scene.attempts({ certain: false });
  await settled();
  expect(told()).toEqual([
    "warning: “curl”, which OpenCode may have started, tried to use Pilot: asks.decide. Pilot refused.",
  ]);
});

test("its words are words", async () => {
  scene.attempts({ agent: HOSTILE, program: HOSTILE, call: HOSTILE });
  scene.attempts({ agent: `b${HOSTILE}`, program: HOSTILE, call: HOSTILE, certain: false });
  await settled();
  expect(person.told).toHaveLength(2);
  for (const { message } of person.told) expect(message).not.toMatch(/\$\(|\]\(|\u202e/);
});

test("many attempts are one message while that is open, and counted in the next", async () => {
  let close: (() => void) | undefined;
  const tell = person.tell;
  person.tell = async (...given) => {
    await tell.apply(person, given);
    return new Promise((resolve) => {
      close = () => resolve(undefined);
    });
  };
  for (let i = 0; i < 500; i++) scene.attempts();
  scene.attempts({ agent: "codex" });
  await settled();
  expect(told()).toHaveLength(2);
  close?.();
  person.tell = tell;
  await settled();
  scene.attempts({ agent: "codex" });
  await settled();
  expect(told().at(-1)).toBe(
    "warning: Codex tried to answer its own question, by “curl”. Pilot refused. It tried 2 times so far.",
  );
});

test("only the window where the session belongs tells it", async () => {
  scene.hub.answers["places.find"] = () => ({ shown: "elsewhere" });
  scene.attempts();
  await settled();
  expect(told()).toEqual([]);
});
