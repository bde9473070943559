// The part of highlight.js that the dashboard uses.
export interface Scope {
  scope?: string;
  children: (Scope | string)[];
}
export interface Highlighted {
  /** The tree behind `value`; the vendored version is pinned, and a test looks. */
  _emitter: { root: Scope };
}
declare const hljs: {
  getLanguage(name: string): object | undefined;
  highlight(code: string, options: { language: string; ignoreIllegals: boolean }): Highlighted;
};
export default hljs;
