// The part of marked that the dashboard uses.
export interface Token {
  type: string;
  raw: string;
}
export interface Renderer {
  html(token: { text: string }): string;
  image(token: { href: string; text: string }): string;
  checkbox(token: { checked: boolean }): string;
}
export class Marked {
  constructor(options: { gfm?: boolean; renderer?: Partial<Renderer> });
  lexer(text: string): Token[];
  parser(tokens: Token[]): string;
  parse(text: string, options: { async: false }): string;
}
