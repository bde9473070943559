/** A folder of programs that answer as told. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Programs {
  private constructor(readonly folder: string) {}

  static async create(programs: Record<string, string>): Promise<Programs> {
    const made = new Programs(await mkdtemp(join(tmpdir(), "pilot-bin-")));
    for (const [name, body] of Object.entries(programs)) await made.add(name, body);
    return made;
  }

  async add(name: string, body: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, `#!/bin/sh\n${body}\n`);
    await chmod(path, 0o755);
    return path;
  }

  /** Only these programs, and the shell's own. */
  get env(): NodeJS.ProcessEnv {
    return { PATH: `${this.folder}` };
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** A Python of a version; `able` to make environments or not. */
export function pythonThatSays(version: string, able = true, path = "/opt/python"): string {
  return `echo "pilot ${version.replaceAll(".", " ")} ${able ? 1 : 0} ${path}"`;
}
