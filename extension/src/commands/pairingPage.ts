/** The page that shows a phone the way in. Pure; its texts are handed in. */
import type { PairingLink } from "../protocol.gen";

export interface Words {
  title: string;
  scan: string;
  /** Where a phone can reach it from. */
  reach: string;
  copy: string;
  copied: string;
  renew: string;
  /** `{0}` is the time left. */
  expires: string;
  expired: string;
}

/** What the page tells the extension. */
export type PairingMessage = "copy" | "renew";

/** Whether a link leads to the machine it is opened on, and nowhere else. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}

/** Return the page. The code is black on white whatever the theme: cameras want it so. */
export function pairingPage({ url, qr, expiresAt }: PairingLink, words: Words, nonce: string): string {
  const size = Math.trunc(qr.size);
  const path = /^[Mhvz\d\s-]*$/.test(qr.path) ? qr.path : "";
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<title>${safe(words.title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
<h1>${safe(words.title)}</h1>
<p>${safe(words.scan)}</p>
<svg role="img" aria-label="${safe(words.scan)}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">
<rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>
<p class="link"><code>${safe(url)}</code></p>
<p class="row"><button id="copy">${safe(words.copy)}</button><button id="renew" class="quiet">${safe(words.renew)}</button></p>
<p id="left" role="timer"></p>
<p class="reach">${safe(words.reach)}</p>
</main>
<script nonce="${nonce}">${script(expiresAt, words)}</script>
</body>
</html>`;
}

const STYLE = `
body { color: var(--vscode-foreground); font: var(--vscode-font-size)/1.5 var(--vscode-font-family); }
main { max-width: 26rem; margin: 2rem auto; display: grid; gap: 0.75rem; }
h1 { font-size: 1.3em; font-weight: 600; margin: 0; }
p { margin: 0; }
svg { width: min(100%, 18rem); border-radius: 6px; background: #fff; forced-color-adjust: none; transition: opacity 150ms; }
.over svg { opacity: 0.08; }
code { font-family: var(--vscode-editor-font-family); overflow-wrap: anywhere; user-select: all; }
.over code { text-decoration: line-through; opacity: 0.6; }
.row { display: flex; gap: 0.5rem; }
button { font: inherit; padding: 0.4rem 0.9rem; border: 1px solid var(--vscode-button-border, transparent); border-radius: 2px;
  color: var(--vscode-button-foreground); background: var(--vscode-button-background); cursor: pointer; }
button:hover { background: var(--vscode-button-hoverBackground); }
button.quiet { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
#left { font-variant-numeric: tabular-nums; }
.reach, #left { color: var(--vscode-descriptionForeground); }
`;

function script(expiresAt: number, words: Words): string {
  return `(() => {
const vscode = acquireVsCodeApi();
const words = ${inScript({ expires: words.expires, expired: words.expired, copied: words.copied, copy: words.copy })};
const [left, copy, renew] = ["left", "copy", "renew"].map((id) => document.getElementById(id));
copy.onclick = () => {
  vscode.postMessage("copy");
  copy.textContent = words.copied;
  setTimeout(() => { copy.textContent = words.copy; }, 2000);
};
renew.onclick = () => vscode.postMessage("renew");
const tick = () => {
  const seconds = Math.max(0, Math.ceil((${Math.trunc(expiresAt)} - Date.now()) / 1000));
  const clock = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
  left.textContent = seconds ? words.expires.replace("{0}", clock) : words.expired;
  document.body.classList.toggle("over", !seconds);
  copy.disabled = !seconds;
  if (!seconds) clearInterval(timer);
};
const timer = setInterval(tick, 1000);
tick();
})();`;
}

/** JSON that cannot end the script it stands in. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function safe(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
