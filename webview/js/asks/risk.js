// @ts-check
/**
 * What an ask may touch, told from its words. A hint, never a verdict: no hint does not mean that nothing can happen. Pure.
 *
 * @import * as P from "../protocol.gen"
 * @typedef {{ id: string, words: string }} Risk `words` go on after "May"
 */

import { isInside, pathsIn } from "./touched-paths.js";
import { hasLookAlikes, hasUnseen } from "./unseen.js";

const RISK_LONGEST = 20_000; // characters that are looked at

const BEGIN = String.raw`(?:^|[\n;&|({"'\`]|\$\(|\b(?:sudo|doas|xargs|exec|time|env|nohup|then|do|else)\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6})[ \t]{0,200}(?:\S{0,200}\/)?`;

/** At the beginning of a command, after a pipe, in brackets. @param {string} names */
function command(names) {
  return new RegExp(`${BEGIN}(?:${names})(?=$|[\\s;&|)}\`"'])`, "i");
}

/** @type {readonly { id: string, words: string, fits: RegExp[] }[]} */
const RISK_RULES = [
  {
    id: "deletes",
    words: "delete files",
    fits: [
      command("rm|rmdir|unlink|shred|srm|del|erase|rd|remove-item|trash|wipefs|mkfs(?:\\.\\w+)?|dropdb"),
      /\bfind\b[^\n|;]{0,400}\s-delete\b/,
      /\bfind\b[^\n|;]{0,400}-exec\s+(?:\S{0,200}\/)?rm\b/,
      /\bgit\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6}clean\b/,
      /\brsync\b[^\n|;]{0,400}--delete/,
      /\bdd\b[^\n|;]{0,400}\bof=/,
      /\bdrop\s+(?:table|database|schema)\b/i,
      /\b(?:rmtree|rmSync|unlinkSync|os\.remove|os\.unlink|fs\.rm)\b/,
      /\bdocker\s+(?:system|volume|image|container)\s+(?:prune|rm)\b/,
    ],
  },
  {
    id: "discards",
    words: "throw away changes",
    fits: [
      /\bgit\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6}reset\b[^\n;|]{0,400}--(?:hard|merge)\b/,
      /\bgit\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6}checkout\b[^\n;|]{0,400}(?:\s--(?:\s|$)|\s\.(?:\s|$)|\s(?:-f|--force)\b)/,
      /\bgit\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6}restore\b/,
      /\bgit\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6}stash\s+(?:drop|clear)\b/,
      /\bgit\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6}branch\b[^\n;|]{0,400}\s-D\b/,
      command("truncate"),
    ],
  },
  {
    id: "force-push",
    words: "overwrite what others pushed",
    fits: [
      /\bgit\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6}push\b[^\n;|]{0,400}(?:\s-[a-zA-Z]*f\b|\s--force\b|--force-with-lease|--mirror|--delete|\s-d\b|\s\+\S)/,
    ],
  },
  {
    id: "shell",
    words: "run code that is not shown here",
    fits: [
      /\|\s*(?:sudo\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6})?(?:\S{0,200}\/)?(?:(?:ba|z|da|k|c|fi)?sh|python[\d.]*|node|perl|ruby|php|pwsh|powershell|iex)\b/i,
      /\b(?:ba|z|da|k)?sh\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6}<\s*\(/,
      /(?:^|[\s;&|])(?:eval|source|\.)\s+["']?(?:\$\(|`|<\()/,
      /\b(?:base64\s+(?:-\w*d\w*|--decode)|xxd\s+-r)\b[^\n]{0,400}\|/i,
      /\b(?:ba|z|da|k)?sh\s+-c\s+["']?(?:\$\(|`)/,
      /\b(?:invoke-expression|iex)\b/i,
      /-enc(?:odedcommand)?\s+[a-z0-9+/=]{16,}/i,
    ],
  },
  { id: "sudo", words: "use administrator rights", fits: [command("sudo|doas|su|pkexec|runas"), /\b-verb\s+runas\b/i] },
  {
    id: "network",
    words: "use the network",
    fits: [
      command(
        "curl|wget|ssh|scp|sftp|ftp|telnet|nc|ncat|netcat|socat|nslookup|dig|ping|aria2c|gh|aws|gcloud|az|invoke-webrequest|iwr",
      ),
      /\b(?:https?|ftp|ssh|wss?):\/\//i,
      /\bgit\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6}(?:push|pull|fetch|clone|ls-remote|submodule\s+update)\b/,
      /\b(?:npm|pnpm|yarn|bun)\s+(?:i|install|ci|add|update|upgrade|publish|audit|dlx|create)\b/,
      command("npx|pnpx|bunx|uvx|pipx"),
      /\b(?:pip[\d.]*|uv|poetry|conda|gem|cargo|go|composer|brew|apt(?:-get)?|dnf|yum|apk|pacman)\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6}(?:pip\s+)?(?:i|install|add|get|update|upgrade|download|sync|publish|fetch)\b/,
      /\b(?:docker|podman)\s+(?:pull|push|login|build|run)\b/,
      /\brsync\b[^\n]{0,400}\s\S+:\S/,
    ],
  },
  {
    id: "publishes",
    words: "publish or deploy",
    fits: [
      /\b(?:npm|pnpm|yarn|cargo|poetry|uv)\s+publish\b/,
      /\btwine\s+upload\b/,
      /\b(?:docker|podman)\s+push\b/,
      /\bgh\s+(?:release|pr)\s+(?:create|merge)\b/,
      /\bterraform\s+(?:apply|destroy)\b/,
      /\bkubectl\s+(?:apply|delete|scale|rollout)\b/,
      /\bhelm\s+(?:install|upgrade|uninstall)\b/,
      /\b(?:vercel|netlify|fly|heroku|firebase)\s+\S*(?:deploy|push|release)\b/,
    ],
  },
  {
    id: "secrets",
    words: "touch secrets",
    fits: [
      /(?:^|[\s"'=:/\\@])\.(?:env|netrc|npmrc|pypirc|pgpass|git-credentials|vault-token)\b/i,
      /(?:^|[\s"'=/\\~])\.(?:ssh|aws|gnupg|kube|docker|azure|config\/gcloud|password-store)(?:[/\\\s"']|$)/i,
      /\bid_(?:rsa|dsa|ecdsa|ed25519)\b|\.(?:pem|p12|pfx|kdbx|keystore|jks)\b/i,
      /\/etc\/(?:shadow|sudoers)|\bkeychain\b|\bcredentials?\b|\bsecrets?\b/i,
      /\b[A-Z][A-Z0-9_]*(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_?KEY)\b/,
      command("printenv|security|pass|gpg"),
      /(?:^|[\n;&|])[ \t]*env[ \t]*(?:$|[\n;&|>])/,
    ],
  },
  {
    id: "rights",
    words: "change who may read or run files",
    fits: [command("chmod|chown|chgrp|setfacl|chattr|icacls|takeown|setcap|visudo|usermod|useradd|passwd")],
  },
  {
    id: "programs",
    words: "stop programs or the machine",
    fits: [
      command("kill|pkill|killall|taskkill|stop-process|shutdown|reboot|halt|poweroff"),
      /\b(?:systemctl|service|launchctl|docker|podman)\s+(?:\S+\s+)?(?:stop|kill|disable|restart|mask|unload)\b/,
    ],
  },
];

/** Paths whose text runs later, by itself. */
const RUNS_LATER =
  /(?:^|[/\\])(?:\.git[/\\]hooks[/\\]|\.github[/\\]workflows[/\\]|\.husky[/\\]|\.gitlab-ci\.yml|\.envrc$|\.(?:bash|zsh)(?:rc|_profile|env)$|\.profile$|crontab|authorized_keys$|\.vscode[/\\]tasks\.json$)/;

/** What an ask may touch, most telling first. @param {P.Ask} ask @returns {Risk[]} */
export function risksOf(ask) {
  const whole = askedText(ask);
  const text = whole.slice(0, RISK_LONGEST);
  const paths = [...ask.files.map(({ path }) => path), ...pathsIn(text)];
  /** @type {(Risk | false)[]} */
  const found = [
    ...RISK_RULES.map(({ id, words, fits }) => fits.some((fit) => fit.test(text)) && { id, words }),
    ask.files.some(({ status }) => status === "deleted") && { id: "deletes", words: "delete files" },
    paths.some((path) => !isInside(path, ask.directory)) && { id: "outside", words: "reach outside the project" },
    paths.some((path) => RUNS_LATER.test(path)) && { id: "later", words: "change what runs by itself later" },
    /web|fetch|browse/i.test(ask.tool) && { id: "network", words: "use the network" },
    SECRET_FILES.some((fit) => paths.some((path) => fit.test(path))) && { id: "secrets", words: "touch secrets" },
    whole.length > RISK_LONGEST && { id: "long", words: "do more than is told here: it is very long" },
    hasUnseen(whole) && { id: "unseen", words: "hide something: it has characters that are not seen" },
    hasLookAlikes(whole) && { id: "look-alikes", words: "not be what it looks like: it mixes alphabets" },
  ];
  const known = found.filter((risk) => risk !== false);
  return known.filter((risk, index) => known.findIndex(({ id }) => id === risk.id) === index);
}

const SECRET_FILES = RISK_RULES.find(({ id }) => id === "secrets")?.fits.slice(0, 4) ?? [];

/** The words that may run; a continued line is one. @param {P.Ask} ask */
function askedText(ask) {
  if (ask.kind !== "permission") return "";
  const input = ask.command ?? (ask.files.length ? "" : inputText(ask));
  return input.replace(/\\\r?\n/g, " ");
}

/** @param {P.Ask} ask */
function inputText(ask) {
  const values = Object.values(ask.input).filter((value) => typeof value === "string");
  return [ask.summary, ...values].join("\n");
}
