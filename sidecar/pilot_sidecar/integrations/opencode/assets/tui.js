// __PILOT_MARKER__
// @ts-check
// Pilot in OpenCode's terminal UI: `/remote` and `/pilot` say where the dashboard is, `/pilot-token` asks for a new
// owner's token, which a person confirms in Pilot. It holds no secret and shows none.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const HOME = process.env.PILOT_HOME || "__PILOT_HOME__" || join(homedir(), ".pilot");
const WAIT = 1500; // ms
const OUTCOME_WAIT = 60_000; // ms; the hub answers a third of that later at the latest
const TOKEN_HELP = "Ask for a new owner's token; a person confirms it in Pilot";

/** @returns {{ url: string, token: string } | null} where the hub is, from the file bridges read */
function hub() {
  try {
    const { url, token } = JSON.parse(readFileSync(join(HOME, "hooks", "opencode.json"), "utf8"));
    return { url: new URL(url.replace(/^ws/, "http")).origin, token };
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
  const url = hub()?.url;
  const message =
    url && (await answers(url))
      ? `Dashboard:  ${url}\n\nOpen it with\n\n    pilot open`
      : "The Pilot hub is not running. Start it with\n\n    pilot up";
  api.ui.dialog.replace(() => api.ui.DialogAlert({ title: "Pilot", message, onConfirm: () => api.ui.dialog.clear() }));
}

/** How a request for a new token may end, and what to say then. @type {Record<string, [string, string]>} */
const OUTCOMES = {
  pending: ["Asked. Confirm it in Pilot.", "info"],
  allowed: ["Confirmed: Pilot has a new token. The old one is good for nothing now.", "success"],
  refused: ["Refused in Pilot. The token stays as it is.", "warning"],
  expired: ["Nobody confirmed it in time. The token stays as it is.", "warning"],
};

/** Ask for a new token, and say what becomes of that. @param {any} api */
async function renewToken(api) {
  const say = (/** @type {string} */ message, /** @type {string} */ variant) =>
    api.ui.toast({ title: "Pilot", message, variant, duration: 8000 });
  try {
    let { id, state } = await post("/bridge/opencode/token", {});
    say(...(OUTCOMES[state] ?? OUTCOMES.expired));
    while (state === "pending") ({ state } = await post("/bridge/opencode/token", { id }));
    say(...(OUTCOMES[state] ?? OUTCOMES.expired));
  } catch (error) {
    say(error instanceof Refusal ? error.message : "The Pilot hub is not running. Start it with `pilot up`.", "error");
  }
}

/** What the hub says when it does not do something. */
class Refusal extends Error {}

/** @param {string} path @param {unknown} body @returns {Promise<any>} */
async function post(path, body) {
  const found = hub();
  if (!found) throw new Error("no hub");
  const headers = { authorization: `Bearer ${found.token}`, "content-type": "application/json" };
  const signal = AbortSignal.timeout(OUTCOME_WAIT);
  const response = await fetch(found.url + path, { method: "POST", headers, body: JSON.stringify(body), signal });
  const answer = await response.json();
  if (!response.ok) throw new Refusal(answer.error?.message ?? "The hub did not understand this.");
  return answer;
}

/** @param {any} api */
async function tui(api) {
  const commands = [
    { ...command("pilot.remote", "Remote control", "Show where Pilot's dashboard is", "remote"), run: () => show(api) },
    { ...command("pilot.pilot", "Pilot", "Show where Pilot's dashboard is", "pilot"), run: () => show(api) },
    { ...command("pilot.token", "Renew Pilot's token", TOKEN_HELP, "pilot-token"), run: () => renewToken(api) },
  ];
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
