/** A hub that says things, and a board that follows it. */
import { Board } from "../../../extension/src/board";
import type {
  Ask,
  Confirmation,
  Event,
  Notice,
  Resolution,
  SelfApproval,
  Session,
  SessionStopped,
  TunnelStatus,
} from "../../../extension/src/protocol.gen";
import { FakeHub } from "./hub";
import { ask, session } from "./samples";
import { reset } from "./vscode";

const MERGED_MS = 20; // the board tells changes of one moment together

export class Scene {
  readonly hub = new FakeHub();
  readonly board: Board;
  #seq = 0;

  constructor() {
    reset();
    this.hub.answers["places.find"] = () => ({ shown: "here" });
    this.board = new Board(this.hub);
  }

  /** Let the hub be there. */
  async connect(): Promise<this> {
    this.hub.become({ kind: "connected", version: "1", pid: 1 });
    await settled();
    return this;
  }

  session(changes: Partial<Session> = {}): Session {
    const made = session(changes);
    this.#say({ type: "pilot.session.updated", sessionId: made.id, agent: made.agent, session: made });
    return made;
  }

  /** An agent asks. */
  asks(changes: Partial<Ask> = {}): Ask {
    const made = ask({
      files: [],
      tool: "bash",
      title: "Run a command",
      command: "npm test",
      summary: "npm test",
      ...changes,
    });
    this.#say({ type: "pilot.permission.pending", sessionId: made.sessionId, agent: made.agent, ask: made });
    return made;
  }

  /** Somebody answers. */
  ends(waiting: Ask, state: Ask["state"] = "resolved", resolution: Partial<Resolution> = {}): Ask {
    const by = { kind: "device" as const, name: "Anna's phone", verified: true };
    const at = new Date(2026, 1, 1, 12, 3).getTime();
    const made: Ask = { ...waiting, state, resolution: { by, at, choice: "allow_once", ...resolution } };
    this.#say({ type: "pilot.permission.resolved", sessionId: made.sessionId, agent: made.agent, ask: made });
    return made;
  }

  prompted(sessionId: string, at: number): void {
    this.#say({ type: "pilot.prompt.received", sessionId, agent: "opencode", messageId: "m", text: "go" }, at);
  }

  stopped(sessionId: string, reason: SessionStopped["reason"], at: number): void {
    this.#say({ type: "pilot.session.stopped", sessionId, agent: "opencode", reason }, at);
  }

  failed(message: string, sessionId?: string): void {
    this.#say({ type: "pilot.error", code: "x", message, ...(sessionId ? { sessionId } : {}) });
  }

  /** Somebody wants what a person here has to agree to. */
  wants(changes: Partial<Confirmation> = {}): Confirmation {
    const made: Confirmation = {
      id: "conf_1",
      kind: "pairing",
      name: "Firefox on Android",
      scope: "operate",
      address: "192.168.1.7",
      reach: "lan",
      createdAt: 1,
      expiresAt: 120_001,
      state: "pending",
      ...changes,
    };
    this.#say({ type: "pilot.confirmation.pending", confirmation: made });
    return made;
  }

  /** Somebody agreed, refused, or nobody did in time. */
  settles(confirmation: Confirmation, state: Confirmation["state"]): void {
    this.#say({ type: "pilot.confirmation.resolved", confirmation: { ...confirmation, state } });
  }

  /** An agent tried to do what only a person may. */
  attempts(changes: Partial<SelfApproval> = {}): void {
    const attempt = {
      agent: "opencode",
      pid: 7,
      program: "curl",
      call: "asks.decide",
      sessionId: "ses_1",
      certain: true,
      ...changes,
    };
    this.#say({ type: "pilot.self_approval.refused", attempt });
  }

  tunnel(changes: Partial<TunnelStatus>): void {
    this.#say({ type: "pilot.tunnel.changed", tunnel: { state: "off", provider: "custom", attempts: 0, ...changes } });
  }

  /** Another window closes. */
  leaves(): void {
    const client = { id: "rpc_2", kind: "vscode" as const, name: "Other", scope: "admin" as const };
    this.#say({ type: "pilot.client.disconnected", client });
  }

  /** The hub has a surface tell of something. */
  raises(notice: Partial<Notice>, surface?: string, sound = false): Notice {
    const made: Notice = {
      id: "finished:ses_1:1",
      kind: "finished",
      at: 1,
      title: "OpenCode is done",
      body: "All tests pass.",
      sessionId: "ses_1",
      project: "app",
      quick: [],
      urgent: false,
      ...notice,
    };
    this.#say({
      type: "pilot.notice.raised",
      notice: made,
      sound,
      ...(surface === undefined ? {} : { surface }),
    });
    return made;
  }

  /** The hub has a surface tell of an ask. */
  raisesAsk({ id, digest, kind }: Ask, surface?: string): Notice {
    const notice = { id: `ask:${id}:${digest}`, askId: id, digest, title: `OpenCode asks (${kind})`, urgent: true };
    return this.raises({ ...notice, kind: "ask", body: "" }, surface);
  }

  /** Nobody has to hear of it any more. */
  withdraws({ id }: Notice, outcome = ""): void {
    this.#say({ type: "pilot.notice.withdrawn", noticeId: id, outcome });
  }

  devicesChange(): void {
    this.#say({ type: "pilot.devices.changed" });
  }

  #say(event: Partial<Event>, at = 1): void {
    this.#seq += 1;
    this.hub.say({ ...event, seq: this.#seq, epoch: "e", at } as Event); // SAFETY: each caller gives the rest of one event
  }
}

/** Let everything that follows from what was said happen. */
export function settled(ms = MERGED_MS): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Words that try to be more than words. */
export const HOSTILE = "rm $(trash) [run](command:evil?%5B%5D) **b** \u202egnp.exe\u200b <b>x</b>\n# head";
