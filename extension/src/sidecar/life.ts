/** The life of the one connection: look for the hub, else start it; stay; begin again. */
import * as vscode from "vscode";
import { asProblem, HubError, type HubState, type Problem } from "../hub";
import type { Connection } from "./connection";
import type { HubFile } from "./discovery";
import { judge, type Release, type Remedy } from "./handshake";
import { backOff, Restarts } from "./restarts";

const LOOK_MS = 1_000;
const SETTLED_MS = 10_000;

/** What the life happens in. */
export interface World {
  readonly ours: Release;
  /** The hub that is announced and whose process lives. */
  find(): Promise<HubFile | undefined>;
  connect(hub: HubFile, onClose: () => void): Promise<Connection>;
  /** See that a hub could be started. */
  prepare(onStep: (step: string) => void): Promise<void>;
  start(onStep: (step: string) => void): Promise<void>;
  /** Stop the hub; resolves once it is gone. */
  stop(hub: HubFile | undefined, connection: Connection | undefined): Promise<void>;
}

/** Who is told. */
export interface Witness {
  become(state: HubState): void;
  /** Something a person has to know; once for each time it happens. */
  complain(problem: Problem): void;
  /** The hub works but is of another version. */
  offer(hub: HubFile, remedy: Remedy): void;
}

export class Life {
  connection: Connection | undefined;
  #hub: HubFile | undefined;
  #stopping: { by: string | undefined } | undefined;
  #starting: Promise<void> | undefined;
  /** What stands as the reason of a failure: it is told once. */
  #complaint = "";
  #attempt = 0;
  /** The next start is a person's wish, and counts for nothing. */
  #asked = true;
  /** Starts nothing, but joins a hub that comes up. */
  #resting = false;
  /** Keeps still while something is done to the hub. */
  #held = false;
  #ended = false;
  #restarting: Promise<void> | undefined;
  #wake: () => void = () => undefined;
  readonly #restarts = new Restarts();

  constructor(
    private readonly world: World,
    private readonly witness: Witness,
  ) {}

  /** Live until ended; never rejects. */
  async run(): Promise<void> {
    while (!this.#ended) {
      try {
        await this.#round();
      } catch (error) {
        this.#fail(asProblem(error));
        await this.#pause(LOOK_MS);
      }
    }
  }

  /** Start again, as a person wants it. */
  begin(): void {
    this.#resting = false;
    this.#asked = true;
    this.#attempt = 0;
    this.#complaint = "";
    this.#restarts.forget();
    this.#wake();
  }

  /** Restart the hub with our version; while it is at it, asking again changes nothing. */
  restart(): Promise<void> {
    this.#restarting ??= this.#holding(() => this.#replace()).finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  /** Stop the hub for everybody; nobody here starts it again but a person. */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    const hub = this.#hub ?? (await this.world.find());
    await this.#holding(async () => {
      if (hub) await this.world.stop(hub, this.connection);
      await this.connection?.close();
      this.#rest({ kind: "stopped", by: this.#stopping?.by });
    });
  }

  /** Look elsewhere: the home is another one now. */
  async move(): Promise<void> {
    await this.#holding(async () => this.connection?.close());
    this.begin();
  }

  /** The hub says that it stops on purpose. */
  hearStopping(by: string | undefined): void {
    this.#stopping = { by };
  }

  /** Leave; the hub stays. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#wake();
    await this.connection?.close();
  }

  async #round(): Promise<void> {
    if (this.#held) return this.#pause(LOOK_MS);
    const hub = await this.world.find();
    if (hub && (await this.#visit(hub))) return;
    if (this.#resting || this.#held) return this.#pause(LOOK_MS);
    await this.#start();
  }

  /** Stay with a hub for as long as it goes; tells whether there was anything to stay with. */
  async #visit(hub: HubFile): Promise<boolean> {
    const verdict = judge(hub, this.world.ours);
    if (!verdict.use) {
      this.#refuse(hub, verdict.remedy);
      await this.#pause(LOOK_MS);
      return true;
    }
    const began = Date.now();
    let left: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      left = resolve;
    });
    if (!(await this.#connect(hub, left))) return this.#isRotated(hub);
    if (verdict.offer) this.witness.offer(hub, verdict.offer);
    await closed;
    this.connection = undefined;
    this.#hub = undefined;
    if (Date.now() - began > SETTLED_MS) this.#attempt = 0;
    await this.#afterwards();
    return true;
  }

  async #connect(hub: HubFile, onClose: () => void): Promise<boolean> {
    try {
      this.connection = await this.world.connect(hub, onClose);
    } catch (error) {
      if (error instanceof HubError && error.code === "unreachable") return false; // stale, or on its way out
      if (await this.#isRotated(hub)) return false;
      throw error;
    }
    if (this.#ended) void this.connection.close();
    this.#hub = hub;
    this.#stopping = undefined;
    this.#complaint = "";
    this.#asked = false;
    this.#resting = false;
    this.witness.become({ kind: "connected", version: hub.version, pid: hub.pid });
    return true;
  }

  /** Whether the hub took another token while we came with the old one: no crash, and the next look finds it. */
  async #isRotated({ pid, token }: HubFile): Promise<boolean> {
    const now = await this.world.find();
    return now?.pid === pid && now.token !== token;
  }

  async #afterwards(): Promise<void> {
    if (this.#ended || this.#held) return;
    if (this.#stopping) {
      this.#rest({ kind: "stopped", by: this.#stopping.by });
    } else {
      this.witness.become({ kind: "reconnecting" });
      await this.#pause(backOff(this.#attempt++, Math.random()));
    }
  }

  async #start(): Promise<void> {
    if (this.#asked) this.#asked = false;
    else if (!this.#restarts.allow(Date.now())) throw tooOften();
    this.#starting = this.world.start((step) => this.#step(step));
    await this.#starting;
    // Somebody else's hub may have come up in between, or ours gone again: look, but not without a breath.
    if (!(await this.world.find())) await this.#pause(backOff(this.#attempt++, Math.random()));
  }

  async #replace(): Promise<void> {
    const { connection } = this;
    const hub = this.#hub ?? (await this.world.find());
    this.#step(vscode.l10n.t("Restarting…"));
    try {
      await this.world.prepare((step) => this.#step(step));
      if (hub) await this.world.stop(hub, connection);
    } catch (error) {
      this.witness.complain(asProblem(error));
      if (hub && connection && this.connection === connection)
        return this.witness.become({ kind: "connected", version: hub.version, pid: hub.pid });
      return this.#rest({ kind: "failed", problem: asProblem(error) });
    }
    await connection?.close();
    this.begin();
  }

  async #holding(work: () => Promise<void>): Promise<void> {
    this.#held = true;
    try {
      await work();
    } finally {
      this.#held = false;
      this.#wake();
    }
  }

  #refuse(hub: HubFile, remedy: Remedy): void {
    const { version } = this.world.ours;
    this.#fail(
      remedy === "restart"
        ? {
            code: "hub_too_old",
            message: vscode.l10n.t(
              "The hub that runs is version {0}, too old for this extension ({1}).",
              hub.version,
              version,
            ),
            hint: vscode.l10n.t("Restart it with the extension's version."),
          }
        : {
            code: "hub_too_new",
            message: vscode.l10n.t(
              "The hub that runs is version {0}, too new for this extension ({1}).",
              hub.version,
              version,
            ),
            hint: vscode.l10n.t("Update the extension, then reload the window."),
          },
    );
  }

  #fail(problem: Problem): void {
    if (this.#ended) return;
    this.#resting = true;
    if (problem.message === this.#complaint) return;
    this.#complaint = problem.message;
    this.witness.become({ kind: "failed", problem });
    if (problem.code !== "cancelled") this.witness.complain(problem);
  }

  #rest(state: HubState): void {
    this.#resting = true;
    this.#complaint = "";
    this.witness.become(state);
  }

  #step(step: string): void {
    this.witness.become({ kind: "starting", step });
  }

  /** Wait, but not longer than until something is to be done. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function tooOften(): HubError {
  return new HubError(
    "start_failed",
    vscode.l10n.t("The hub ended again and again: it was started four times within three minutes."),
    vscode.l10n.t("Its log may say why. Retry when you have seen it."),
  );
}
