/** The real world of a hub's life: files, processes and sockets. */
import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import { HubError, type Problem } from "../hub";
import type { Connection, Visitor } from "./connection";
import { findHub, type HubFile, isAlive } from "./discovery";
import type { Release } from "./handshake";
import type { Installation } from "./installation";
import type { World } from "./life";
import { startHub, stopHub } from "./starting";

const GONE_MS = 6_000;
const LOOK_MS = 50;

type Hears = Pick<Visitor, "log" | "onEvent" | "onPlace">;

export class RealWorld implements World {
  constructor(
    readonly ours: Release,
    private readonly installation: Pick<Installation, "home" | "pilot" | "repair">,
    private readonly hears: Hears,
  ) {}

  find(): Promise<HubFile | undefined> {
    return findHub(this.installation.home);
  }

  async connect(hub: HubFile, onClose: () => void): Promise<Connection> {
    const { connect } = await import("./connection");
    const failure = ({ code, message, hint }: Problem): HubError => new HubError(code, message, hint);
    return connect(hub, { ...this.hears, name: windowName(), failure, onClose });
  }

  async prepare(onStep: (step: string) => void): Promise<void> {
    await this.installation.pilot(onStep);
  }

  async start(onStep: (step: string) => void): Promise<void> {
    onStep(vscode.l10n.t("Starting…"));
    const pilot = await this.installation.pilot(onStep);
    try {
      await startHub(pilot);
    } catch (error) {
      if (!(await this.installation.repair())) throw error;
      await startHub(await this.installation.pilot(onStep));
    }
  }

  /** Ask politely where we can, so that it says who stopped it; else the command line knows firmer ways. */
  async stop(hub: HubFile | undefined, connection: Connection | undefined): Promise<void> {
    const asked = await connection?.call("hub.stop", {}).catch(() => undefined);
    if (hub && asked && (await isGone(hub.pid))) return;
    await stopHub(await this.installation.pilot(() => undefined));
  }
}

async function isGone(pid: number): Promise<boolean> {
  for (const end = Date.now() + GONE_MS; Date.now() < end; await delay(LOOK_MS)) if (!isAlive(pid)) return true;
  return false;
}

function windowName(): string {
  const { name } = vscode.workspace;
  return (name ? `VS Code – ${name}` : "VS Code").slice(0, 80);
}
