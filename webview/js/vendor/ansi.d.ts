// The part of ansi-sequence-parser that the dashboard uses.
export type Color =
  | { type: "named"; name: string }
  | { type: "rgb"; rgb: [number, number, number] }
  | { type: "table"; index: number };
export interface Token {
  value: string;
  foreground: Color | null;
  background: Color | null;
  decorations: Set<string>;
}
export interface Parser {
  parse(text: string): Token[];
}
export function createAnsiSequenceParser(): Parser;
