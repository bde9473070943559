// Bundles the VS Code extension into extension/dist; `node scripts/extension.mjs [--production]`.
import { build } from "esbuild";

await build({
  absWorkingDir: new URL("../extension", import.meta.url).pathname,
  entryPoints: { extension: "src/extension.ts" },
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  minify: process.argv.includes("--production"),
  sourcemap: process.argv.includes("--production") ? false : "linked",
  logLevel: "warning",
});
