/** One JSON-RPC connection to the hub. A bundle of its own, loaded when there is a hub to talk to. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { Disposable, LogLevel, type LogOutputChannel, l10n } from "vscode";
import {
  CloseAction,
  ErrorAction,
  ErrorCodes,
  LanguageClient,
  ResponseError,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";
import type { Missed, Place, Problem } from "../hub";
import type { Calls, Event } from "../protocol.gen";
import type { HubFile } from "./discovery";
import { needsToken, openSocket } from "./socket";
import { HubStream } from "./stream";
import type { WindowLook } from "./windowReport";

const INITIALIZE_MS = 15_000;
const STOP_MS = 1_000;

/** Who connects, and who is told. */
export interface Visitor {
  name: string;
  log: LogOutputChannel;
  /** Make an error of the caller's own bundle: a class of this one would be a stranger there. */
  failure(problem: Problem): Error;
  onEvent(event: Event): void;
  onPlace(place: Place): void;
  onClose(): void;
}

/** Open a connection and introduce ourselves; rejects when the hub cannot be reached or does not want us. */
export async function connect(hub: HubFile, visitor: Visitor): Promise<Connection> {
  const socket = await openSocket(hub.socket).catch((error: unknown) => {
    throw visitor.failure(inOurWords(error));
  });
  const connection = new Connection(socket, hub, visitor);
  try {
    await connection.start();
    return connection;
  } catch (error) {
    await connection.close();
    throw visitor.failure(inOurWords(error));
  }
}

/** A connection that is up, until it is closed. */
export class Connection {
  #handedOn = 0;
  readonly #stream: HubStream;
  readonly #client: HubClient;

  constructor(
    private readonly socket: Socket,
    hub: HubFile,
    private readonly visitor: Visitor,
  ) {
    this.#stream = new HubStream(socket, () => this.#handedOn);
    this.#client = new HubClient(this.#stream, hub, visitor);
  }

  async start(): Promise<void> {
    this.#stream.once("close", () => this.visitor.onClose()); // the client does not tell of an end that it was asked for
    this.#client.onNotification("pilot/event", (event: Event) => {
      this.#handedOn++;
      this.visitor.onEvent(event);
    });
    this.#client.onNotification("pilot/show", (place: Place) => this.visitor.onPlace(place));
    const timer = setTimeout(() => this.socket.destroy(), INITIALIZE_MS);
    await this.#client.start().finally(() => clearTimeout(timer));
  }

  /** Run a call of the API. */
  call<K extends keyof Calls>(name: K, params: Calls[K]["params"]): Promise<Calls[K]["result"]> {
    return this.#request(`pilot/${name}`, params);
  }

  /**
   * Return what was missed; events go on exactly after it.
   *
   * The client hands over one message a turn of the event loop, so whoever awaits this is served before the next event.
   */
  subscribe(cursor: string | undefined): Promise<Missed> {
    return this.#request("pilot/subscribe", cursor === undefined ? {} : { cursor });
  }

  /** Say how this window is, and return what the hub's notices call it; a hub that does not want to know is no trouble. */
  async tellWindow(look: WindowLook): Promise<string | undefined> {
    const told = await this.#request<{ surface?: unknown }>("pilot/window", look).catch(() => undefined);
    return typeof told?.surface === "string" ? told.surface : undefined;
  }

  /** Leave; the hub stays. */
  async close(): Promise<void> {
    if (this.#client.isRunning()) await this.#client.stop(STOP_MS).catch(() => undefined);
    if (this.#stream.closed) return;
    const closed = once(this.#stream, "close");
    this.socket.destroy();
    await closed;
  }

  async #request<R>(method: string, params: object): Promise<R> {
    try {
      return await this.#client.sendRequest<R>(method, params);
    } catch (error) {
      throw this.visitor.failure(inOurWords(error));
    }
  }
}

/** The language client without its languages, its messages to people and its restarts. */
class HubClient extends LanguageClient {
  constructor(
    stream: HubStream,
    hub: HubFile,
    private readonly visitor: Visitor,
  ) {
    super("pilotHub", "Pilot", async () => ({ reader: stream, writer: stream, detached: true }), {
      outputChannel: visitor.log,
      traceOutputChannel: silent(visitor.log),
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: {
        client: { kind: "vscode", name: visitor.name },
        ...(needsToken(hub.socket) ? { token: hub.token } : {}),
      },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
    });
  }

  /** Say it in the log only: what went wrong is told by whoever decides what happens next. */
  override error(message: string, data?: unknown): void {
    this.visitor.log.debug(data instanceof Error ? `${message} ${data.message}` : message);
  }
}

/** A log that is told of no messages, at whatever level a person or a workspace sets: links that let people in are in them. */
function silent(log: LogOutputChannel): LogOutputChannel {
  const never = () => new Disposable(() => undefined);
  const quiet = { logLevel: LogLevel.Off, onDidChangeLogLevel: never, trace: () => undefined };
  return Object.create(log, Object.getOwnPropertyDescriptors(quiet));
}

/** Return what went wrong in the hub's words, else in ours: never in the protocol's. */
function inOurWords(error: unknown): Problem {
  if (!(error instanceof ResponseError)) return unreachable(error instanceof Error ? error.message : String(error));
  const data: unknown = error.data;
  const { code, hint } = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {}; // SAFETY: checked below
  if (typeof code === "string")
    return { code, message: error.message, hint: typeof hint === "string" ? hint : undefined };
  if (error.code === ErrorCodes.MethodNotFound)
    return {
      code: "not_supported",
      message: l10n.t("The hub does not know this yet."),
      hint: l10n.t("“Pilot: Restart” brings it up to date."),
    };
  return GONE.has(error.code) ? unreachable(error.message) : { code: "internal", message: error.message };
}

const GONE = new Set<number>([ErrorCodes.PendingResponseRejected, ErrorCodes.ConnectionInactive]);

function unreachable(why: string): Problem {
  return {
    code: "unreachable",
    message: l10n.t("The connection to Pilot was lost ({0}).", why),
    hint: l10n.t("It comes back by itself; try again then."),
  };
}
