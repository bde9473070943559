// The part of DOMPurify that the dashboard uses.
declare const DOMPurify: {
  sanitize(markup: string, rules: object): DocumentFragment;
};
export default DOMPurify;
