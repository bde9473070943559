// @ts-check
import { answer } from "./requests.js";
import { TOPICS } from "./topics.js";

/** @typedef {{ permission: string, pattern: string, action: string }} Rule */

/**
 * Have OpenCode's own dialog ask about some topics while no hub is there; what its configuration forbids stays forbidden.
 * @param {Map<string, import("./requests.js").Instance>} instances @param {string} directory
 * @param {{ sessionID: string, agent?: string }} turn @param {string[]} topics
 * @returns {Promise<boolean>} whether it will
 */
export async function askAlone(instances, directory, turn, topics) {
  const agents = await answer(instances, { id: 0, method: "GET", path: "/agent", directory });
  if (!Array.isArray(agents.body)) return false;
  const own = agents.body.find((/** @type {any} */ agent) => agent.name === (turn.agent ?? "build"))?.permission ?? [];
  const body = { permission: topics.flatMap((topic) => askRules(TOPICS[topic]?.permissions ?? [], own)) };
  const path = `/session/${turn.sessionID}`;
  const told = await answer(instances, { id: 0, method: "PATCH", path, body, directory });
  return told.status === 200;
}

/** The same as the hub's `rules.py`. @param {string[]} names @param {Rule[]} configured @returns {Rule[]} */
function askRules(names, configured) {
  return names.flatMap((permission) => {
    const own = configured.filter((rule) => fits(permission, rule.permission));
    const denied = own.filter((rule, at) => rule.action === "deny" && !isLifted(rule, own.slice(at + 1)));
    return [{ permission, pattern: "*", action: "ask" }, ...denied.map((rule) => ({ ...rule, permission }))];
  });
}

/** @param {Rule} rule @param {Rule[]} later */
function isLifted({ pattern }, later) {
  return later.some((other) => ["*", pattern].includes(other.pattern) && other.action !== "deny");
}

/** @param {string} name @param {string} wildcard */
function fits(name, wildcard) {
  const source = wildcard.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(name);
}
