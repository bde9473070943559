// @ts-check
import { isAbsolute, relative, resolve } from "node:path";

/**
 * Which tools and which of OpenCode's permissions a topic of the approval mode stands for.
 * @type {Record<string, { tools: string[], permissions: string[] } | undefined>}
 */
const TOPICS = {
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

/** Turn what would be asked, and so refused by `opencode run` itself, into what the gate decides. @param {any} config @param {string[]} topics */
export function openConfig(config, topics) {
  if (typeof config.permission === "string") config.permission = { "*": config.permission };
  config.permission ??= {};
  const names = topics.flatMap((topic) => TOPICS[topic]?.permissions ?? []);
  if (config.permission["*"] === "ask") for (const name of names) config.permission[name] ??= "ask";
  if (topics.includes("outside")) config.permission.external_directory ??= "allow";
  openRules(config.permission, names);
  for (const agent of Object.values(config.agent ?? {})) openRules(agent?.permission, names);
}

/** What is forbidden stays forbidden. @param {any} rules @param {string[]} names */
function openRules(rules, names) {
  if (typeof rules !== "object" || rules === null) return;
  for (const name of names) {
    const rule = rules[name];
    if (rule === "ask") rules[name] = "allow";
    else if (typeof rule === "object" && rule !== null)
      for (const pattern of Object.keys(rule)) if (rule[pattern] === "ask") rule[pattern] = "allow";
  }
}

/** @param {string} tool @param {any} args @param {string} directory */
function reachesOutside(tool, args, directory) {
  // A command is not parsed here: whatever could name a path elsewhere is asked.
  if (tool === "bash") return args.workdir !== undefined || /[/~$`\\]|\.\./.test(String(args.command));
  for (const path of [args.filePath, args.path, args.filepath]) {
    if (typeof path !== "string") continue;
    const way = relative(directory, resolve(directory, path));
    if (way.startsWith("..") || isAbsolute(way)) return true;
  }
  return false;
}
