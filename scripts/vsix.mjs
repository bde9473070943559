// Packages the VS Code extension with all it brings: build/agent-pilot.vsix.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { putDashboard } from "./dashboard.mjs";
import { bundle } from "./extension.mjs";
import { release } from "./release.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const stage = `${root}build/vsix`;
const OWN = ["package.nls.json", "media", "l10n", "walkthrough", "README.md"];

rmSync(stage, { recursive: true, force: true });
mkdirSync(`${stage}/sidecar`, { recursive: true });
writeManifest();
writeFileSync(`${stage}/.vscodeignore`, ""); // all that is here goes in
for (const name of OWN) copy(`extension/${name}`, name);
putDashboard(`${stage}/media/dashboard`);
copy("LICENSE", "LICENSE");
run(".venv/bin/python", ["scripts/changelog.py", `${stage}/CHANGELOG.md`], root);
copy("requirements.lock", "sidecar/requirements.lock");
run(".venv/bin/hatchling", ["build", "--target", "wheel", "--directory", `${stage}/sidecar`], root);
await bundle({ production: true, outdir: `${stage}/dist` });
refusePaths(`${stage}/dist`);
run(
  "node_modules/.bin/vsce",
  [
    "package",
    "--no-dependencies",
    "--allow-missing-repository",
    "--no-rewrite-relative-links",
    "--out",
    "../agent-pilot.vsix",
  ],
  stage,
);
console.log(`build/agent-pilot.vsix: ${readdirSync(`${stage}/sidecar`).join(", ")}`);

function writeManifest() {
  const manifest = JSON.parse(readFileSync(`${root}extension/package.json`, "utf8"));
  const { version, protocol } = release();
  if (manifest.version !== version || manifest.pilot?.protocol !== protocol)
    throw new Error(`extension/package.json is not ${version} with protocol ${protocol}: run \`npm run release\`.`);
  writeFileSync(`${stage}/package.json`, JSON.stringify(manifest, undefined, 2));
}

/** What is packaged must not tell of the machine it was packaged on. */
function refusePaths(folder) {
  for (const name of readdirSync(folder))
    if (readFileSync(`${folder}/${name}`, "utf8").includes(root)) throw new Error(`${folder}/${name} contains ${root}`);
}

function copy(from, to) {
  if (existsSync(root + from)) cpSync(root + from, `${stage}/${to}`, { recursive: true });
}

function run(program, words, cwd) {
  execFileSync(`${root}${program}`, words, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}
