/** What "Check the Setup" says, as a document. Pure; carries no secrets. */

import { plain } from "../asks/plain";

/** One fact, and what to do about it where it is a trouble. */
export interface Fact {
  label: string;
  value: string;
  advice?: string | undefined;
}

export interface Section {
  title: string;
  facts: Fact[];
}

/** Write the sections as Markdown; `todo` heads the advice, which comes first. */
export function report(title: string, sections: Section[], words: { todo: string; fine: string }): string {
  const advice = sections.flatMap(({ facts }) => facts.flatMap((fact) => (fact.advice ? [fact.advice] : [])));
  const first = advice.length
    ? [`## ${words.todo}`, "", ...advice.map((line, n) => `${n + 1}. ${plain(line)}`)]
    : [words.fine];
  const rest = sections.flatMap((section) => ["", `## ${section.title}`, "", ...section.facts.map(line)]);
  return [`# ${title}`, "", ...first, ...rest, ""].join("\n");
}

function line({ label, value, advice }: Fact): string {
  return `- ${advice ? "⚠ " : ""}${label}: ${plain(value)}`;
}
