// @ts-check
import { realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";

/**
 * Which tools and which of OpenCode's permissions a topic of the approval mode stands for.
 * @type {Record<string, { tools: string[], permissions: string[] } | undefined>}
 */
export const TOPICS = {
  shell: { tools: ["bash"], permissions: ["bash"] },
  edits: { tools: ["edit", "write", "patch", "multiedit", "apply_patch"], permissions: ["edit"] },
  web: { tools: ["webfetch", "websearch", "codesearch"], permissions: ["webfetch", "websearch", "codesearch"] },
  outside: { tools: [], permissions: ["external_directory"] },
};

/** Whether a call has to be approved. @param {string} tool @param {any} args @param {string} directory @param {string[]} topics */
export function concerns(tool, args, directory, topics) {
  if (topics.some((topic) => TOPICS[topic]?.tools.includes(tool))) return true;
  return topics.includes("outside") && reachesOutside(tool, args, directory);
}

/**
 * Turn what would be asked, and so refused by `opencode run` itself, into what the gate decides.
 * @param {any} config @param {string[]} topics @returns {string[]} the topics that OpenCode no longer asks about itself
 */
export function openConfig(config, topics) {
  if (typeof config.permission === "string") config.permission = { "*": config.permission };
  config.permission ??= {};
  return topics.filter((topic) => openTopic(config, topic));
}

/** @param {any} config @param {string} topic */
function openTopic(config, topic) {
  const names = TOPICS[topic]?.permissions ?? [];
  if (config.permission["*"] === "ask") for (const name of names) config.permission[name] ??= "ask";
  // OpenCode's default, said first: whatever is configured comes later, and so wins.
  if (topic === "outside" && !("external_directory" in config.permission))
    config.permission = { external_directory: "ask", ...config.permission };
  const agents = Object.values(config.agent ?? {}).map((agent) => agent?.permission);
  return [config.permission, ...agents].map((rules) => openRules(rules, names)).includes(true);
}

/** What is forbidden stays forbidden. @param {any} rules @param {string[]} names @returns {boolean} whether something was opened */
function openRules(rules, names) {
  if (typeof rules !== "object" || rules === null) return false;
  return names.map((name) => openRule(rules, name)).includes(true);
}

/** @param {any} rules @param {string} name */
function openRule(rules, name) {
  const rule = rules[name];
  if (rule === "ask") rules[name] = "allow";
  if (typeof rule !== "object" || rule === null) return rule === "ask";
  const asked = Object.keys(rule).filter((pattern) => rule[pattern] === "ask");
  for (const pattern of asked) rule[pattern] = "allow";
  return asked.length > 0;
}

/** @param {string} tool @param {any} args @param {string} directory */
function reachesOutside(tool, args, directory) {
  // A command is not parsed here: whatever could name a path elsewhere is asked.
  if (tool === "bash") return args.workdir !== undefined || /[/~$`\\]|\.\./.test(String(args.command));
  const patched = String(args.patchText ?? "").matchAll(/\*\*\* (?:(?:Add|Update|Delete) File|Move to):(.*)/g);
  const paths = [args.filePath, args.path, args.filepath, ...[...patched].map((match) => match[1].trim())];
  return paths.some((path) => typeof path === "string" && isOutside(directory, path));
}

/** Whether a path is elsewhere, by its name or by where links lead. @param {string} directory @param {string} path */
function isOutside(directory, path) {
  const named = resolve(directory, path);
  return [relative(directory, named), relative(real(directory), real(named))].some(
    (way) => way.startsWith("..") || isAbsolute(way),
  );
}

/** A path with its links followed, as far as it exists. @param {string} path @returns {string} */
function real(path) {
  try {
    return realpathSync(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(real(folder), basename(path));
  }
}
