// The sidecar's version and protocol are the extension's: `node scripts/release.mjs` writes them into its package.json.
import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const sidecar = new URL("../sidecar/pilot_sidecar/__init__.py", import.meta.url);
const manifest = new URL("../extension/package.json", import.meta.url);

/** Return what the sidecar says of itself. */
export function release() {
  const source = readFileSync(sidecar, "utf8");
  const version = /^__version__ = "(.+)"$/m.exec(source)?.[1];
  const protocol = Number(/^PROTOCOL = (\d+)$/m.exec(source)?.[1]);
  if (!version || !protocol) throw new Error(`${fileURLToPath(sidecar)} has no version or protocol.`);
  return { version, protocol };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { version, protocol } = release();
  const data = JSON.parse(readFileSync(manifest, "utf8"));
  writeFileSync(manifest, `${JSON.stringify({ ...data, version, pilot: { protocol } }, undefined, 2)}\n`);
}
