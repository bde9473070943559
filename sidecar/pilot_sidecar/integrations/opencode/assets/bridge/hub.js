// @ts-check
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @param {string} home @returns {any} what the hub wrote for bridges; an empty object where there is no hub */
function read(home) {
  try {
    return JSON.parse(readFileSync(join(home, "hooks", "opencode.json"), "utf8")) ?? {};
  } catch {
    return {};
  }
}

/** Where the hub is; read before every attempt, because it may have moved. @param {string} home */
export function readHub(home) {
  const { url, token } = read(home);
  return typeof url === "string" && typeof token === "string" ? { url, token } : null;
}

/** The topics of a project's approval mode, known before the hub is reached. @param {string} home @param {string} directory */
export function readTopics(home, directory) {
  const topics = read(home).approval?.[directory];
  return /** @type {string[]} */ (Array.isArray(topics) ? topics : []);
}
