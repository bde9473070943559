// Bundles the VS Code extension into extension/dist; `node scripts/extension.mjs [--production]`.
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

// The connection, with its library, is read when there is a hub to talk to: until then it would only cost time.
const onDemand = {
  name: "connection-on-demand",
  setup(bundle) {
    bundle.onResolve({ filter: /^\.\/connection$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./connection.cjs", external: true } : undefined,
    );
  },
};

/** Write both bundles: what VS Code loads, and the connection it loads later. */
export async function bundle({ production, outdir }) {
  await build({
    absWorkingDir: fileURLToPath(new URL("../extension", import.meta.url)),
    entryPoints: { extension: "src/extension.ts", connection: "src/sidecar/connection.ts" },
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    supported: { "dynamic-import": false }, // require: VS Code gives `vscode` to nobody else
    external: ["vscode"],
    plugins: [onDemand],
    minify: production,
    sourcemap: production ? false : "linked",
    logLevel: "warning",
  });
}

if (argv[1] === fileURLToPath(import.meta.url))
  await bundle({ production: argv.includes("--production"), outdir: "dist" });
