// @ts-check
/**
 * The parts of an ask card.
 * @import * as P from "./protocol.gen"
 * @import { State, Ui, Decision } from "./types"
 * @import { Actions } from "./actions.js"
 */
import { h } from "./html.js";
import { renderMarkdown } from "./markdown.js";
import { agentName, rootOf, rootOfAsk, titleOf } from "./select.js";

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

/** What is asked, complete and unshortened. @param {P.Ask} ask */
export function askBody(ask) {
  const body = h("div", { class: "ask-body", tabindex: "0", role: "region", "aria-label": "What is asked" });
  if (ask.kind === "question") return body;
  if (ask.reason) body.append(h("p", { class: "why" }, h("span", null, `${agentName(ask.agent)} says: `), ask.reason));
  if (ask.command) body.append(h("pre", { class: "cmd" }, ask.command));
  for (const file of ask.files) body.append(fileChange(file));
  if (ask.kind === "plan") body.append(h("div", { class: "plan" }, renderMarkdown(planText(ask))));
  else if (!ask.command && !ask.files.length) body.append(...details(ask));
  if (ask.always && ask.decisions.includes("allow_always")) body.append(alwaysHint("“Always”: ", ask.always));
  return body;
}

/**
 * Deny and Allow once weigh the same; nothing is the highlighted default.
 * @param {P.Ask} ask
 * @param {P.Capabilities | undefined} capabilities of the session; a note is offered only where it arrives
 * @param {(decision: Decision) => void} decide
 */
export function askButtons(ask, capabilities, decide) {
  const row = h("div", { class: "acts" });
  const noted = capabilities?.denyMessage ?? false;
  const can = (/** @type {P.DecisionKind} */ kind) => ask.decisions.includes(kind);
  if (can("deny")) row.append(button("Deny", "deny", "button deny", () => decide({ kind: "deny" }), "d"));
  if (can("allow_once"))
    row.append(
      button(
        ask.kind === "plan" ? "Approve" : "Allow once",
        "allow_once",
        "button",
        () => decide({ kind: "allow_once" }),
        "a",
      ),
    );
  if (can("deny") && noted) row.append(quiet("Deny with note…", () => row.replaceWith(noteForm(decide, row))));
  if (can("allow_always")) row.append(quiet("Always…", () => row.replaceWith(alwaysForm(ask, decide, row))));
  if (can("deny")) row.append(...otherDenials(ask, decide));
  if (can("release")) row.append(button("Answer in terminal", "release", "quiet", () => decide({ kind: "release" })));
  return row;
}

/**
 * "Deny" is the agent's first way to say no; others are offered in its own words.
 * @param {P.Ask} ask
 * @param {(decision: Decision) => void} decide
 */
function otherDenials(ask, decide) {
  const [, ...others] = ask.options.filter((option) => option.kind === "deny");
  return others.map((option) => inItsWords(option, "quiet wordy", () => decide({ kind: "deny", optionId: option.id })));
}

/** @param {(decision: Decision) => void} decide @param {HTMLElement} row */
function noteForm(decide, row) {
  const field = h("textarea", {
    rows: 2,
    "aria-label": "Note for the agent",
    placeholder: "What should it do instead?",
  });
  const send = () => decide({ kind: "deny", ...(field.value.trim() ? { message: field.value.trim() } : {}) });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  const form = h(
    "div",
    { class: "note-form" },
    field,
    h(
      "div",
      { class: "acts" },
      button("Deny with this note", "deny", "button deny", send),
      quiet("Back", () => form.replaceWith(row)),
    ),
  );
  queueMicrotask(() => field.focus());
  return form;
}

/** @param {P.Ask} ask @param {(decision: Decision) => void} decide @param {HTMLElement} row */
function alwaysForm(ask, decide, row) {
  const offered = ask.options.filter((option) => option.kind === "allow_always");
  const choices = offered.length
    ? offered
    : [{ id: "", kind: /** @type {const} */ ("allow_always"), label: "Always allow" }];
  const buttons = choices.map((option) => {
    const decision = { kind: /** @type {const} */ ("allow_always"), ...(option.id ? { optionId: option.id } : {}) };
    return inItsWords(option, "button choice-button", () => decide(decision));
  });
  const told = choices.some((option) => option.description);
  const form = h(
    "div",
    { class: "note-form" },
    ask.always && !told ? alwaysHint("From now on, without asking: ", ask.always) : "",
    h("div", { class: "choice-buttons" }, ...buttons),
    h(
      "div",
      { class: "acts" },
      quiet("Back", () => form.replaceWith(row)),
    ),
  );
  return form;
}

/** What "always" would mean; a single line is a pattern. @param {string} label @param {string} always */
function alwaysHint(label, always) {
  const alone = !always.trim().includes("\n");
  return h("p", { class: "hint" }, label, ...(alone ? [h("code", null, always.trim())] : inWords(always)));
}

/** One of the agent's own answers, with what it means. @param {P.AskOption} option @param {string} look @param {() => void} click */
function inItsWords({ kind, label, description }, look, click) {
  const answer = button(label, kind, look, click);
  if (description) answer.append(h("small", null, ...inWords(description)));
  return answer;
}

/** The agent's own words; the patterns it lists stand out. @param {string} text */
function inWords(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  return lines.flatMap((line) => [/^\s*- /.test(line) ? h("code", null, line.replace(/^\s*- /, "")) : line, " "]);
}

/** @param {P.FileDiff} file */
function fileChange(file) {
  const view = document.createElement("diff-view");
  // SAFETY: diff-view has show(); it needs no store
  /** @type {any} */ (view).show(file, { heading: true, whole: true });
  return view;
}

/** @param {P.Ask} ask */
function details(ask) {
  const input = Object.keys(ask.input).length ? JSON.stringify(ask.input, null, 2) : "";
  const told = ask.summary ? [h("pre", { class: "cmd" }, ask.summary)] : [];
  const same = Object.values(ask.input).some((value) => value === ask.summary) && Object.keys(ask.input).length === 1;
  return [...told, ...(input && !same ? [h("pre", { class: "cmd input" }, input)] : [])];
}

/** @param {P.Ask} ask */
function planText(ask) {
  const plan = ask.input.plan;
  return typeof plan === "string" ? plan : ask.summary;
}

/** @param {string} label @param {P.DecisionKind} kind @param {string} look @param {() => void} click @param {string} [key] */
function button(label, kind, look, click, key) {
  const hint = key ? h("kbd", { "aria-hidden": "true" }, key) : "";
  return h(
    "button",
    { type: "button", class: look, "data-decision": kind, "aria-keyshortcuts": key, on: { click } },
    label,
    hint,
  );
}

/** @param {string} label @param {() => void} click */
function quiet(label, click) {
  return h("button", { type: "button", class: "quiet", on: { click } }, label);
}
