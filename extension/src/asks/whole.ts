/** An ask with everything it says, as a text to read. */
import * as vscode from "vscode";
import { agentName } from "../../../webview/js/select.js";
import type { Ask } from "../protocol.gen";
import { rows, visible } from "./plain";
import { fitsInALine } from "./words";

const BRIEF = 160; // characters of a command that is read at a glance
const BRIEF_FILES = 3;
const WIDTH = 64; // letters of a row in a QuickPick
const DETAIL = 90; // characters of the line below one

/** Everything a person needs to decide, complete and unshortened. */
export function wholeText(ask: Ask): string {
  return sections(ask)
    .map(([heading, text]) => (heading ? `${heading}\n\n${visible(text)}` : visible(text)))
    .join("\n\n");
}

/** The same in rows of a QuickPick's width, but for what stands elsewhere: patches in the diff, “always” at its answer. */
export function wholeRows(ask: Ask): string[] {
  const files = ask.files.map((file) => ({ ...file, patch: " " }));
  const always = (ask.always?.length ?? 0) > DETAIL ? ask.always : undefined;
  const [, ...told] = sections({ ...ask, files, always }); // the first one is the title of the step
  return told.flatMap(([heading, text]) => [...(heading ? [heading] : []), ...rows(text, WIDTH)]).filter(Boolean);
}

/** Whether one line says all of it: only such an ask is allowed by a single click. */
export function isBrief(ask: Ask): boolean {
  if (ask.kind !== "permission" || !fitsInALine(ask)) return false;
  const reason = ask.reason ?? "";
  if (ask.command !== undefined) return !ask.command.includes("\n") && ask.command.length + reason.length <= BRIEF;
  if (ask.files.length) return ask.files.length <= BRIEF_FILES && reason.length <= BRIEF;
  return !reason && !argumentsOf(ask) && ask.summary.length <= BRIEF;
}

function sections(ask: Ask): [heading: string, text: string][] {
  const found: [string, string][] = [
    ["", `${ask.title || ask.tool}\n${agentName(ask.agent)} · ${ask.machine}\n${ask.directory}`],
  ];
  const add = (heading: string, text: string | undefined): void => {
    if (text) found.push([heading, text]);
  };
  add(vscode.l10n.t("{0} says:", agentName(ask.agent)), ask.reason);
  add("", ask.command);
  for (const file of ask.files) add(`${file.path} (+${file.additions} −${file.deletions})`, file.patch);
  for (const question of ask.questions) add(question.question, question.options.map(optionText).join("\n"));
  if (ask.kind === "plan") add("", planOf(ask));
  else if (ask.command === undefined && !ask.files.length && !ask.questions.length) add("", ask.summary);
  add(vscode.l10n.t("Arguments:"), argumentsOf(ask));
  if (ask.decisions.includes("allow_always")) add(vscode.l10n.t("“Always” would mean:"), ask.always);
  return found;
}

/** What the agent sent beyond what is shown already. */
function argumentsOf(ask: Ask): string {
  if (ask.kind !== "permission" || ask.command !== undefined || ask.files.length) return "";
  const values = Object.values(ask.input);
  if (!values.length || (values.length === 1 && values[0] === ask.summary)) return "";
  return JSON.stringify(ask.input, null, 2);
}

function planOf(ask: Ask): string {
  return typeof ask.input.plan === "string" ? ask.input.plan : ask.summary;
}

function optionText({ label, description }: { label: string; description?: string }): string {
  return description ? `- ${label}: ${description}` : `- ${label}`;
}
