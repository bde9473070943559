/** What a surface is given, around a scene. */
import type { ExtensionContext, LogOutputChannel } from "vscode";
import type { Parts } from "../../../extension/src/parts";
import type { Scene } from "./scene";
import { Uri } from "./uri";

/** Settings that stay, as VS Code keeps them. */
export class FakeMemento {
  readonly #values = new Map<string, unknown>();

  get<T>(key: string, otherwise?: T): T | undefined {
    return (this.#values.get(key) as T | undefined) ?? otherwise; // SAFETY: a memento gives back what was put in
  }

  async update(key: string, value: unknown): Promise<void> {
    this.#values.set(key, value);
  }
}

export function partsOf(scene: Scene, packageJSON: unknown = {}): Parts {
  const context = {
    subscriptions: [],
    extension: { id: "agent-pilot.agent-pilot", packageJSON },
    extensionUri: Uri.file("/extension"),
    globalState: new FakeMemento(),
  } as unknown as ExtensionContext; // SAFETY: as much of it as the surfaces under test touch
  const quiet = () => undefined;
  const log = { info: quiet, warn: quiet, error: quiet, debug: quiet } as unknown as LogOutputChannel; // SAFETY: the same
  return { context, log, hub: scene.hub, board: scene.board };
}
