// __PILOT_MARKER__
// @ts-check
// Pilot in OpenCode's terminal UI: `/remote` opens the dashboard on this folder, `/pilot` says where Pilot is,
// `/pilot-token` asks for a new owner's token, which a person confirms in Pilot. It holds no secret and shows none, and
// starts nothing: a browser that OpenCode started would count as the agent itself, so the hub opens it.
import { readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";

const HOME = process.env.PILOT_HOME || "__PILOT_HOME__" || join(homedir(), ".pilot");
const WAIT = 1500; // ms
const ANSWER_WAIT = 10_000; // ms; the hub may have to start a browser
const OUTCOME_WAIT = 60_000; // ms; the hub answers a third of that later at the latest
const LOADED = "Remote control plugin loaded";
const GREETED = Symbol.for("pilot.greeted"); // OpenCode may load plugins anew while it runs
const FRAME_ROWS = 12; // of a dialog with a QR code: all that is not the code
const NO_HUB = "The Pilot hub is not running. Start it with\n\n    pilot up";
const STUCK_HUB = "The Pilot hub runs, but does not answer. This says what is wrong:\n\n    pilot doctor";
const NO_PHONE =
  "No phone can reach it yet. `pilot tunnel start` opens a way from everywhere, " +
  "PILOT_HOST=0.0.0.0 one from your own network.";
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

/** @param {any} api @param {string} message @param {string} [title] */
function show(api, message, title = "Pilot") {
  api.ui.dialog.replace(() => api.ui.DialogAlert({ title, message, onConfirm: () => api.ui.dialog.clear() }));
}

/** @param {any} api @param {string} message @param {string} variant */
function say(api, message, variant) {
  api.ui.toast({ title: "Pilot", message, variant, duration: 8000 });
}

/** Say why it did not work. @param {any} api @param {unknown} error */
function complain(api, error) {
  if (error instanceof Refusal) say(api, error.message, "error");
  else show(api, isLate(error) ? STUCK_HUB : NO_HUB);
}

/** @param {unknown} error */
function isLate(error) {
  return error instanceof Error && error.name === "TimeoutError";
}

/** Open the dashboard on what is on this screen. @param {any} api */
async function remote(api) {
  try {
    const { name, params } = api.route.current;
    const sessionId = name === "session" ? params?.sessionID : undefined;
    const wish = { directory: api.state.path.directory, sessionId, atDesktop: atDesktop() };
    const { where, window, url, paired } = await post("/bridge/opencode/remote", wish, ANSWER_WAIT);
    if (where === "vscode") say(api, `Shown in VS Code: ${window}`, "success");
    else if (where === "page") say(api, "Shown in the dashboard that is open.", "success");
    else if (where === "browser") say(api, paired ? OPENED : `${OPENED}\n${LETS_IN}`, "success");
    else show(api, byHand(url));
  } catch (error) {
    complain(api, error);
  }
}

const OPENED = "Opened in your browser.";
const LETS_IN = "If it asks for a code: `pilot open` lets a browser in.";

/** Whether a browser that opens on this machine is seen by whoever types here. */
function atDesktop() {
  const { SSH_CONNECTION, SSH_TTY, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (SSH_CONNECTION || SSH_TTY) return false;
  return process.platform !== "linux" || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/** @param {string} url */
function byHand(url) {
  const port = new URL(url).port || "80";
  return [
    "Open this in a browser on this machine:",
    `    ${url}`,
    "or let `pilot open` do it, which lets the browser in at once.",
    "From another machine, forward the port first:",
    `    ssh -L ${port}:127.0.0.1:${port} ${hostname()}`,
    "/pilot has the address for a phone.",
  ].join("\n\n");
}

/** Say where Pilot is, for this machine and for a phone. @param {any} api */
async function about(api) {
  try {
    const { url, version, waiting, devices, phone, label, qr } = await post("/bridge/opencode/about", {}, ANSWER_WAIT);
    const waits = waiting ? `${count(waiting, "ask waits", "asks wait")} for you` : "Nothing waits for you";
    const facts = `${waits}. ${count(devices, "device is", "devices are")} paired.`;
    const message = [`Dashboard:  ${url}`, facts, ...(phone ? forPhone(api, phone, label, qr) : [NO_PHONE])];
    show(api, message.join("\n\n"), `Pilot ${version}`);
  } catch (error) {
    complain(api, error);
  }
}

/** @param {any} api @param {string} url @param {string} label @param {string[]} qr */
function forPhone(api, url, label, qr) {
  const rows = api.renderer?.height ?? process.stdout.rows ?? 0;
  const fits = qr.length + FRAME_ROWS <= (rows * 3) / 4; // a dialog begins a quarter down
  const light = api.theme?.mode?.() === "light";
  const picture = light ? qr.map(inverted) : qr;
  return [
    ...(fits ? [picture.join("\n")] : []),
    `Phone:  ${url}  (${label})`,
    `It asks for a code: \`pilot pair\` gives one.${fits ? "" : " A higher window has a QR code."}`,
  ];
}

/** The same with letters darker than what is behind them. @param {string} line */
function inverted(line) {
  /** @type {Record<string, string>} */ const other = { "█": " ", " ": "█", "▀": "▄", "▄": "▀" };
  return [...line].map((block) => other[block] ?? block).join("");
}

/** @param {number} amount @param {string} one @param {string} many */
function count(amount, one, many) {
  return `${amount || "No"} ${amount === 1 ? one : many}`;
}

/** @type {[string, string]} */
const NOBODY = ["Nobody confirmed it in time. The token stays as it is.", "warning"];
/** How a request for a new token may end, and what to say then. @type {Record<string, [string, string]>} */
const OUTCOMES = {
  pending: ["Asked. Confirm it in Pilot.", "info"],
  allowed: ["Confirmed: Pilot has a new token. The old one is good for nothing now.", "success"],
  refused: ["Refused in Pilot. The token stays as it is.", "warning"],
  expired: NOBODY,
};

/** Ask for a new token, and say what becomes of that. @param {any} api */
async function renewToken(api) {
  const tell = (/** @type {string} */ state) => {
    const [message, variant] = OUTCOMES[state] ?? NOBODY;
    say(api, message, variant);
  };
  try {
    let { id, state } = await post("/bridge/opencode/token", {}, ANSWER_WAIT);
    tell(state);
    while (state === "pending") ({ state } = await post("/bridge/opencode/token", { id }, OUTCOME_WAIT));
    tell(state);
  } catch (error) {
    complain(api, error);
  }
}

/** What the hub says when it does not do something. */
class Refusal extends Error {}

/** @param {string} path @param {unknown} body @param {number} wait ms @returns {Promise<any>} */
async function post(path, body, wait) {
  const found = hub();
  if (!found) throw new Error("no hub");
  const headers = { authorization: `Bearer ${found.token}`, "content-type": "application/json" };
  const signal = AbortSignal.timeout(wait);
  const response = await fetch(found.url + path, { method: "POST", headers, body: JSON.stringify(body), signal });
  const answer = await response.json();
  if (!response.ok) throw new Refusal(sentence(answer.error) || "The hub did not understand this.");
  return answer;
}

/** @param {{ message?: string, hint?: string } | undefined} error */
function sentence(error) {
  return [error?.message, error?.hint].filter(Boolean).join(" ");
}

/**
 * Say once a start that it is there; no warning without a hub, OpenCode works as if Pilot were not installed.
 * @param {any} api
 */
async function greet(api) {
  const known = /** @type {Record<symbol, boolean>} */ (globalThis);
  if (known[GREETED]) return;
  known[GREETED] = true;
  const url = hub()?.url;
  const message = url && (await answers(url)) ? LOADED : `${LOADED}\nThe hub is not running: \`pilot up\` starts it.`;
  api.ui.toast({ title: "Pilot", message, variant: "info", duration: 3000 });
}

/** @param {any} api */
async function tui(api) {
  const commands = [
    { ...command("remote", "Remote control", "Open this folder in Pilot's dashboard"), run: () => remote(api) },
    { ...command("pilot", "Pilot", "Show where Pilot is, also for a phone"), run: () => about(api) },
    { ...command("pilot-token", "Renew Pilot's token", TOKEN_HELP), run: () => renewToken(api) },
  ];
  if (api.keymap?.registerLayer) api.keymap.registerLayer({ commands });
  else api.command?.register(() => commands.map(legacy));
  void greet(api).catch(() => {}); // what is thrown here would paint over the screen
}

/** @param {string} slashName @param {string} title @param {string} desc */
function command(slashName, title, desc) {
  const name = `pilot.${slashName.replace("pilot-", "")}`;
  return { namespace: "palette", name, title, desc, category: "Pilot", suggested: slashName === "remote", slashName };
}

/** The older form of a command. @param {any} entry */
function legacy(entry) {
  const { name, title, desc, category, suggested, slashName, run } = entry;
  return { title, value: name, description: desc, category, suggested, slash: { name: slashName }, onSelect: run };
}

export default { id: "pilot-tui", tui };
