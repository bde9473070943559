/** The hub's own Python environment, in VS Code's storage: one for each version of what the extension brings. */
import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Install, install, pythonOf, works } from "./installing";
import { withTurn } from "./turn";
import type { Bundle } from "./wheel";

/** What an environment is made from; another one of these is another folder. */
export interface Recipe {
  storage: string;
  version: string;
  bundle: Bundle;
  /** `pilot.python`, where it is set. */
  chosen: string;
}

export interface Making extends Omit<Install, "folder" | "python" | "bundle"> {
  findPython(): Promise<string>;
  /** Another window is making it. */
  onWait(): void;
}

export class Environment {
  readonly folder: string;

  constructor(private readonly recipe: Recipe) {
    const hash = createHash("sha256").update(recipe.bundle.hash).update(recipe.chosen).digest("hex");
    this.folder = join(recipe.storage, `env-${recipe.version}-${hash.slice(0, 8)}`);
  }

  get python(): string {
    return pythonOf(this.folder);
  }

  /** Whether it is there. A folder only gets its name when it is whole; its Python may have been uninstalled since. */
  async exists(): Promise<boolean> {
    return (await stat(this.python).catch(() => undefined)) !== undefined;
  }

  /** Make it unless it is there; in one window only. */
  async make(making: Making): Promise<void> {
    await withTurn(this.#lock, making.signal, making.onWait, async () => {
      if (await this.exists()) return;
      const python = await making.findPython();
      await install({ ...making, folder: this.folder, bundle: this.recipe.bundle, python });
    });
  }

  /** Remove it if it cannot run a hub; tells whether another try is worth it: it is gone, or another window was at it. */
  async removeIfBroken(env: NodeJS.ProcessEnv): Promise<boolean> {
    let again = false;
    const signal = new AbortController().signal;
    await withTurn(
      this.#lock,
      signal,
      () => (again = true),
      async () => {
        if (await works(this.folder, env)) return;
        await rm(this.folder, { recursive: true, force: true });
        again = true;
      },
    );
    return again;
  }

  get #lock(): string {
    return `${this.folder}.lock`;
  }
}
