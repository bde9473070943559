// Puts the dashboard into the VS Code extension: `node scripts/dashboard.mjs`; the joining is Python's, as in the hub.
import { execFileSync } from "node:child_process";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Write the page's files into a folder, whose content goes. */
export function putDashboard(folder) {
  execFileSync(`${root}.venv/bin/python`, [`${root}scripts/dashboard.py`, folder], { stdio: "inherit" });
}

if (argv[1] === fileURLToPath(import.meta.url)) putDashboard(`${root}extension/media/dashboard`);
