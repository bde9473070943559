/** How the pairing page looks and behaves, as texts: it is one page without files of its own. */

export const STYLE = `
body { color: var(--vscode-foreground); font: var(--vscode-font-size)/1.5 var(--vscode-font-family); }
main { max-width: 28rem; margin: 2rem auto; }
main, #open, section { display: grid; gap: 0.75rem; }
[hidden] { display: none !important; }
h1 { font-size: 1.3em; font-weight: 600; margin: 0; }
p { margin: 0; }
svg { width: min(100%, 18rem); border-radius: 6px; background: #fff; forced-color-adjust: none; }
.over svg { opacity: 0.08; }
code { font-family: var(--vscode-editor-font-family); overflow-wrap: anywhere; user-select: all; color: inherit; }
.over code { text-decoration: line-through; opacity: 0.6; }
.short { font-weight: 600; letter-spacing: 0.05em; white-space: nowrap; }
.row { display: flex; flex-wrap: wrap; gap: 0.5rem; }
fieldset { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; border: 0; margin: 0; padding: 0; }
legend { padding: 0 0 0.25rem; }
label { display: inline-flex; align-items: center; gap: 0.35rem; }
input { accent-color: var(--vscode-button-background); margin: 0; }
button { font: inherit; padding: 0.4rem 0.9rem; border: 1px solid var(--vscode-button-border, transparent); border-radius: 2px;
  color: var(--vscode-button-foreground); background: var(--vscode-button-background); cursor: pointer; }
button:hover { background: var(--vscode-button-hoverBackground); }
button.second { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
button.second:hover { background: var(--vscode-button-secondaryHoverBackground); }
button:disabled { opacity: 0.5; cursor: default; }
button:focus-visible, input:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
#left { font-variant-numeric: tabular-nums; }
.quiet { color: var(--vscode-descriptionForeground); }
.trouble { padding: 0.5rem 0.75rem; border-left: 3px solid var(--vscode-editorWarning-foreground); background: var(--vscode-textBlockQuote-background); }
#arrived { padding: 0.5rem 0.75rem; border-left: 3px solid var(--vscode-testing-iconPassed, #388a34); background: var(--vscode-textBlockQuote-background); }
`;

/** A function of one argument: when the code ends, and the words that change. */
export const SCRIPT = `(given) => {
const vscode = acquireVsCodeApi();
const of = (id) => document.getElementById(id);
const [open, left, arrived, copy] = ["open", "left", "arrived", "copy"].map(of);
const ways = [...document.querySelectorAll("[data-way]")];
let shown = 0;
const show = (at) => {
  shown = at;
  ways.forEach((way, n) => { way.hidden = n !== at; });
};
for (const input of document.querySelectorAll("input[name=way]"))
  input.onchange = () => { show(Number(input.value)); vscode.setState({ label: input.parentElement.textContent }); };
const kept = vscode.getState()?.label;
const again = [...document.querySelectorAll("label")].findIndex((label) => label.textContent === kept);
if (again > 0) { document.querySelectorAll("input[name=way]")[again].checked = true; show(again); }
for (const type of ["renew", "tunnel", "network", "devices"])
  of(type)?.addEventListener("click", () => vscode.postMessage({ type }));
copy?.addEventListener("click", () => {
  vscode.postMessage({ type: "copy", way: shown });
  copy.textContent = given.copied;
  setTimeout(() => { copy.textContent = given.copy; }, 2000);
});
const end = () => {
  clearInterval(timer);
  if (copy) copy.disabled = true;
};
const tick = () => {
  const seconds = Math.max(0, Math.ceil((given.expiresAt - Date.now()) / 1000));
  const clock = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
  left.textContent = seconds ? given.expires.replace("{0}", clock) : given.expired;
  document.body.classList.toggle("over", !seconds);
  if (!seconds) end();
};
const timer = left ? setInterval(tick, 1000) : 0;
if (left) tick();
window.addEventListener("message", ({ data }) => {
  if (data?.type !== "arrived") return;
  end();
  open.hidden = true;
  if (copy) copy.hidden = true;
  arrived.textContent = data.text;
  arrived.hidden = false;
});
}`;
