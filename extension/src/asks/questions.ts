/** An agent's questions, one step each. */
import * as vscode from "vscode";
import type { Board } from "../board";
import type { Ask, Question } from "../protocol.gen";
import { attend, type Result } from "./attend";
import { plain } from "./plain";
import { titleOfAsk, whoAsks } from "./words";

/** A question, and where it stands among the others. */
interface Step {
  ask: Ask;
  question: Question;
  index: number;
  /** What was answered before going back. */
  before: string[];
}

type Line = vscode.QuickPickItem & { answer?: string };

/** Ask every question; leaving any of them answers none. */
export async function answersTo(board: Board, ask: Ask): Promise<Result<string[][]>> {
  const answers: string[][] = [];
  let index = 0;
  while (index < ask.questions.length) {
    const question = ask.questions[index];
    if (!question) break;
    const result = await askOne(board, { ask, question, index, before: answers[index] ?? [] });
    if ("value" in result) answers[index++] = result.value;
    else if (result.ended === "back" && index > 0) index--;
    else return result;
  }
  return { value: answers };
}

async function askOne(board: Board, step: Step): Promise<Result<string[]>> {
  if (!step.question.options.length) return write(board, step);
  const chosen = await choose(board, step);
  if ("ended" in chosen || !chosen.value.own) return "ended" in chosen ? chosen : { value: chosen.value.labels };
  const written = await write(board, step);
  if ("value" in written) return { value: [...chosen.value.labels, ...written.value] };
  return written.ended === "back" ? askOne(board, step) : written;
}

async function choose(board: Board, step: Step): Promise<Result<{ labels: string[]; own: boolean }>> {
  const { question, before } = step;
  const pick = vscode.window.createQuickPick<Line>();
  dress(board, pick, step);
  pick.placeholder = plain(question.question);
  pick.canSelectMany = question.multiple;
  pick.matchOnDetail = true;
  pick.items = [...question.options.map(optionLine), ...(question.custom ? [ownLine()] : [])];
  const known = pick.items.filter((line) => line.answer !== undefined && before.includes(line.answer));
  if (question.multiple) pick.selectedItems = known;
  else if (known[0]) pick.activeItems = [known[0]];
  return attend(board, step.ask, pick, (settle) => [
    pick.onDidAccept(() => {
      const labels = pick.selectedItems.flatMap((line) => line.answer ?? []);
      const own = pick.selectedItems.some((line) => line.answer === undefined);
      if (labels.length || own) settle({ value: { labels, own } });
    }),
    pick.onDidTriggerButton(() => settle({ ended: "back" })),
  ]);
}

function write(board: Board, step: Step): Promise<Result<string[]>> {
  const { question, before } = step;
  const labels = question.options.map((option) => option.label);
  const input = vscode.window.createInputBox();
  dress(board, input, step);
  input.prompt = plain(question.question);
  input.value = before.find((answer) => !labels.includes(answer)) ?? "";
  return attend(board, step.ask, input, (settle) => [
    input.onDidChangeValue(() => {
      input.validationMessage = undefined;
    }),
    input.onDidAccept(() => {
      input.validationMessage = faultOf(input.value, question.format);
      if (!input.validationMessage) settle({ value: [input.value.trim()] });
    }),
    input.onDidTriggerButton(() => settle({ ended: "back" })),
  ]);
}

/** Why a written answer cannot be sent; undefined when it can. */
export function faultOf(text: string, format: Question["format"]): string | undefined {
  const answer = text.trim();
  if (!answer) return vscode.l10n.t("Write an answer, or press Escape to decide nothing.");
  if (format === "integer" && !/^[+-]?\d+$/.test(answer)) return vscode.l10n.t("A whole number is asked for.");
  if (format === "number" && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(answer))
    return vscode.l10n.t("A number is asked for.");
  return undefined;
}

function dress(board: Board, input: vscode.QuickPick<Line> | vscode.InputBox, { ask, index, question }: Step): void {
  const header = question.header ? plain(question.header) : titleOfAsk(ask);
  input.title = `${header} (${whoAsks(board.state, ask)})`;
  input.ignoreFocusOut = true; // half an answer is not lost by a click
  input.buttons = [vscode.QuickInputButtons.Back];
  if (ask.questions.length < 2) return;
  input.step = index + 1;
  input.totalSteps = ask.questions.length;
}

function optionLine({ label, description }: Question["options"][number]): Line {
  return { label: plain(label), ...(description ? { detail: plain(description) } : {}), answer: label };
}

function ownLine(): Line {
  return { label: `$(edit) ${vscode.l10n.t("Something else…")}`, alwaysShow: true };
}
