// @ts-check
/**
 * What an ask may touch, told from its words. A hint, never a verdict: no hint does not mean that nothing can happen. Pure.
 * The hub tells the same (`core/risk.py`); the rules are written there.
 *
 * @import * as P from "../protocol.gen"
 * @typedef {{ id: string, words: string }} Risk `words` go on after "May"
 */

import { ODD_SPACES, OTHER_RISKS, RISK_LONGEST, RISK_RULES, RUNS_LATER, SECRET_FILES } from "./risk-rules.gen.js";
import { isInside, pathsIn } from "./touched-paths.js";
import { hasLookAlikes, hasUnseen } from "./unseen.js";

/** What an ask may touch, most telling first. @param {P.Ask} ask @returns {Risk[]} */
export function risksOf(ask) {
  const whole = askedText(ask);
  const text = whole.slice(0, RISK_LONGEST).replace(ODD_SPACES, " ");
  const paths = [...ask.files.map(({ path }) => path), ...pathsIn(text)];
  /** @type {(Risk | false)[]} */
  const found = [
    ...RISK_RULES.map(({ id, words, fits }) => fits.some((fit) => fit.test(text)) && { id, words }),
    ask.files.some(({ status }) => status === "deleted") && riskByName("deletes"),
    paths.some((path) => !isInside(path, ask.directory)) && otherRisk("outside"),
    paths.some((path) => RUNS_LATER.test(path)) && otherRisk("later"),
    /web|fetch|browse/i.test(ask.tool) && riskByName("network"),
    SECRET_FILES.some((fit) => paths.some((path) => fit.test(path))) && riskByName("secrets"),
    whole.length > RISK_LONGEST && otherRisk("long"),
    hasUnseen(whole) && otherRisk("unseen"),
    hasLookAlikes(whole) && otherRisk("look-alikes"),
  ];
  const known = found.filter((risk) => risk !== false).map(({ id, words }) => ({ id, words }));
  return known.filter((risk, index) => known.findIndex(({ id }) => id === risk.id) === index);
}

/** @param {keyof typeof OTHER_RISKS} id @returns {Risk} */
function otherRisk(id) {
  return { id, words: OTHER_RISKS[id] };
}

/** @param {string} name @returns {Risk} */
function riskByName(name) {
  return RISK_RULES.find(({ id }) => id === name) ?? { id: name, words: name };
}

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
