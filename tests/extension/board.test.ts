import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Board } from "../../extension/src/board";
import { HubError, type Missed } from "../../extension/src/hub";
import { FakeHub } from "./fakes/hub";
import { ask } from "./fakes/samples";

const CONNECTED = { kind: "connected", version: "1", pid: 7 } as const;
let hub: FakeHub;
let board: Board;

beforeEach(() => {
  vi.useFakeTimers();
  hub = new FakeHub();
  board = new Board(hub);
});
afterEach(() => {
  board.dispose();
  vi.useRealTimers();
});

function picture(asks = [ask()]): Missed {
  const hubInfo = { version: "1", protocol: 1, machine: "box", startedAt: 1, files: false };
  return {
    cursor: "e-5",
    events: [],
    // SAFETY: the reducer reads no more of the hub than its identity
    snapshot: { cursor: "e-5", hub: hubInfo, projects: [], sessions: [], asks, agents: [], clients: [] } as never,
  };
}

test("it shows the picture of a connection, and is live from then on", async () => {
  hub.missed = picture();
  expect(board.live).toBe(false);
  hub.become(CONNECTED);
  await vi.advanceTimersByTimeAsync(0);
  expect(board.live).toBe(true);
  expect(board.waiting).toHaveLength(1);
});

test("a hub that cannot tell just now is asked again", async () => {
  const subscribe = vi.spyOn(hub, "subscribe").mockRejectedValueOnce(new HubError("internal", "Not now."));
  hub.missed = picture();
  hub.become(CONNECTED);
  await vi.advanceTimersByTimeAsync(500);
  expect(board.live).toBe(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(subscribe).toHaveBeenCalledTimes(2);
  expect(board.waiting).toHaveLength(1);
});

test("what was asked of an earlier connection changes nothing any more", async () => {
  let tell: (missed: Missed) => void = () => undefined;
  const first = new Promise<Missed>((resolve) => {
    tell = resolve;
  });
  vi.spyOn(hub, "subscribe").mockReturnValueOnce(first);
  hub.missed = picture();
  hub.become(CONNECTED);
  hub.become({ kind: "reconnecting" });
  hub.become(CONNECTED);
  await vi.advanceTimersByTimeAsync(0);
  tell(picture([]));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(board.live).toBe(true);
  expect(board.waiting).toHaveLength(1);
});

test("an ask that a new picture does not know waits no more", async () => {
  const answered: string[] = [];
  board.onAnswered(({ id, state }) => answered.push(`${id} ${state}`));
  hub.missed = picture();
  hub.become(CONNECTED);
  await vi.advanceTimersByTimeAsync(0);
  hub.missed = picture([]);
  hub.become({ kind: "reconnecting" });
  expect(board.waiting).toHaveLength(1);
  hub.become(CONNECTED);
  await vi.advanceTimersByTimeAsync(0);
  expect(board.waiting).toEqual([]);
  expect(answered).toEqual([`${ask().id} cancelled`]);
});
