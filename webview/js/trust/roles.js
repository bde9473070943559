// @ts-check
/** @import * as P from "../protocol.gen" */

/** What a device may do, least first: the name of the role, and what it means. @type {{ scope: P.Scope, name: string, about: string }[]} */
export const DEVICE_ROLES = [
  { scope: "view", name: "Look", about: "Sees everything, changes nothing." },
  { scope: "approve", name: "Answer", about: "Also answers what agents ask." },
  { scope: "operate", name: "Work", about: "Also sends prompts, starts and stops sessions, reads project files." },
  { scope: "admin", name: "Everything", about: "Also changes settings, devices and the tunnel. For your own devices." },
];

/** @param {P.Scope | undefined} scope */
export function roleName(scope) {
  return DEVICE_ROLES.find((role) => role.scope === scope)?.name ?? "Look";
}

/** What a device with a role may do, inside a sentence: "to answer what agents ask". @param {P.Scope | undefined} scope */
export function roleWish(scope) {
  return WISHES[scope ?? "view"];
}

/** @type {Record<P.Scope, string>} */
const WISHES = {
  view: "to look on",
  approve: "to answer what agents ask",
  operate: "to send prompts and answer what agents ask",
  admin: "to do everything, settings and devices included",
};
