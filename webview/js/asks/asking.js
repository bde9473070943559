// @ts-check
/**
 * The parts of an ask card.
 * @import * as P from "../protocol.gen"
 * @import { State, Ui } from "../types"
 * @import { Actions } from "../actions.js"
 */
import { h } from "../html.js";
import { icon } from "../icons.js";
import { agentName, rootOf, rootOfAsk, titleOf } from "../select.js";
import { renderMarkdown } from "../transcript/markdown.js";
import { risksOf } from "./risk.js";
import { revealed, revealIn } from "./unseen.js";

/**
 * Who asks and where; a way there when it is another session than the one in view.
 * @param {State} data
 * @param {Ui} ui
 * @param {P.Ask} ask
 * @param {Actions} actions
 */
export function where(data, ui, ask, actions) {
  const session = data.sessions[ask.sessionId];
  const project = data.projects[ask.projectId]?.name;
  const here = ui.sessionId !== null && rootOf(data, ui.sessionId) === rootOfAsk(data, ask);
  const child = ask.parents.length > 0 && session ? `sub-agent “${titleOf(session, data.marks[session.id])}”` : "";
  const facts = [agentName(ask.agent), child, project, ask.machine].filter(Boolean).join(" · ");
  const open = h(
    "button",
    { type: "button", class: "link elsewhere", on: { click: () => actions.openAsk(ask.id) } },
    session ? titleOf(session, data.marks[session.id]) : "Open session",
  );
  return h("span", { class: "where" }, facts, here ? "" : " · ", here ? "" : open);
}

/** What is asked, in one line. @param {P.Ask} ask */
export function summaryOf(ask) {
  const what = ask.summary || (ask.kind === "question" ? (ask.questions[0]?.question ?? "") : "");
  return [ask.title, what === ask.title ? "" : what].filter(Boolean).join(" · ");
}

/** What is asked, complete and unshortened. @param {P.Ask} ask */
export function askBody(ask) {
  const body = h("div", { class: "ask-body", tabindex: "0", role: "region", "aria-label": "What is asked" });
  if (ask.kind === "question") return body;
  if (ask.reason) body.append(h("p", { class: "why" }, h("span", null, `${agentName(ask.agent)} says: `), ask.reason));
  if (ask.command) body.append(h("pre", { class: "cmd" }, ...revealed(ask.command)));
  for (const file of ask.files) body.append(fileChange(file));
  if (ask.kind === "plan") body.append(h("div", { class: "plan" }, renderMarkdown(planText(ask))));
  else if (!ask.command && !ask.files.length) body.append(...details(ask));
  const risks = risksOf(ask);
  if (risks.length) body.append(riskHint(risks));
  if (ask.always && ask.decisions.includes("allow_always")) body.append(alwaysHint("“Always”: ", ask.always));
  return body;
}

/** What it may touch, as far as its words tell. @param {import("./risk.js").Risk[]} risks */
function riskHint(risks) {
  const words = risks.map(({ id, words }, index) => h("span", { "data-risk": id }, index ? words : `May ${words}`));
  return h(
    "p",
    { class: "risks" },
    icon("alert"),
    h("span", null, ...words.flatMap((word, index) => (index ? [" · ", word] : [word]))),
  );
}

/** What "always" would mean; a single line is a pattern. @param {string} label @param {string} always */
export function alwaysHint(label, always) {
  const alone = !always.trim().includes("\n");
  return h("p", { class: "hint" }, label, ...(alone ? [h("code", null, always.trim())] : inWords(always)));
}

/** The agent's own words; the patterns it lists stand out. @param {string} text */
export function inWords(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  return lines.flatMap((line) => [/^\s*- /.test(line) ? h("code", null, line.replace(/^\s*- /, "")) : line, " "]);
}

/** @param {P.FileDiff} file */
function fileChange(file) {
  const view = document.createElement("diff-view");
  // SAFETY: diff-view has show(); it needs no store
  /** @type {any} */ (view).show(file, { heading: true, whole: true });
  revealIn(view);
  return view;
}

/** @param {P.Ask} ask */
function details(ask) {
  const input = Object.keys(ask.input).length ? JSON.stringify(ask.input, null, 2) : "";
  const told = ask.summary ? [h("pre", { class: "cmd" }, ...revealed(ask.summary))] : [];
  const same = Object.values(ask.input).some((value) => value === ask.summary) && Object.keys(ask.input).length === 1;
  return [...told, ...(input && !same ? [h("pre", { class: "cmd input" }, ...revealed(input))] : [])];
}

/** @param {P.Ask} ask */
function planText(ask) {
  const plan = ask.input.plan;
  return typeof plan === "string" ? plan : ask.summary;
}
