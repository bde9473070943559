// __PILOT_MARKER__
// @ts-check
// Pilot in OpenCode's terminal UI: `/remote` and `/pilot` say where the dashboard is. It holds no secret and shows none.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const HOME = process.env.PILOT_HOME || "__PILOT_HOME__" || join(homedir(), ".pilot");
const WAIT = 1500; // ms

/** @returns {string | null} the dashboard's address, from the file bridges read */
function address() {
  try {
    const { url } = JSON.parse(readFileSync(join(HOME, "hooks", "opencode.json"), "utf8"));
    return new URL(url.replace(/^ws/, "http")).origin;
  } catch {
    return null;
  }
}

async function answers(/** @type {string} */ url) {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(WAIT) })).ok;
  } catch {
    return false;
  }
}

/** @param {any} api */
async function show(api) {
  const url = address();
  const message =
    url && (await answers(url))
      ? `Dashboard:  ${url}\n\nOpen it with\n\n    pilot open`
      : "The Pilot hub is not running. Start it with\n\n    pilot up";
  api.ui.dialog.replace(() => api.ui.DialogAlert({ title: "Pilot", message, onConfirm: () => api.ui.dialog.clear() }));
}

/** @param {any} api */
async function tui(api) {
  const commands = [
    command("pilot.remote", "Remote control", "Show where Pilot's dashboard is", "remote"),
    command("pilot.pilot", "Pilot", "Show where Pilot's dashboard is", "pilot"),
  ].map((entry) => ({ ...entry, run: () => show(api) }));
  if (api.keymap?.registerLayer) api.keymap.registerLayer({ commands });
  else api.command?.register(() => commands.map(legacy));
  api.ui.toast({ title: "Pilot", message: "Remote control plugin loaded", variant: "info", duration: 3000 });
}

/** @param {string} name @param {string} title @param {string} desc @param {string} slashName */
function command(name, title, desc, slashName) {
  return { namespace: "palette", name, title, desc, category: "Pilot", suggested: slashName === "remote", slashName };
}

/** The older form of a command. @param {any} entry */
function legacy(entry) {
  const { name, title, desc, category, suggested, slashName, run } = entry;
  return { title, value: name, description: desc, category, suggested, slash: { name: slashName }, onSelect: run };
}

export default { id: "pilot-tui", tui };
