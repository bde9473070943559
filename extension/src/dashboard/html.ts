/** The document around the dashboard's page. Pure: texts in, text out. */

/** `view`: in the sidebar. `panel`: among the editors. */
export type Surface = "view" | "panel";

export interface Document {
  surface: Surface;
  /** What VS Code serves a webview's files from. */
  source: string;
  nonce: string;
  /** Addresses. */
  script: string;
  style: string;
  /** What the script imports, named so that it is fetched at once. */
  modules: readonly string[];
}

/** Return the page: nothing inline, nothing from elsewhere, no network. */
export function dashboardHtml({ surface, source, nonce, script, style, modules }: Document): string {
  const preloads = modules.map((address) => `<link rel="modulepreload" nonce="${nonce}" href="${escaped(address)}">`);
  return `<!doctype html>
<html lang="en" data-host="vscode" data-surface="${surface}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy(source, nonce))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pilot</title>
<link rel="stylesheet" href="${escaped(style)}">
${preloads.join("\n")}
<script type="module" nonce="${nonce}" src="${escaped(script)}"></script>
</head>
<body></body>
</html>`;
}

function policy(source: string, nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    `img-src ${source} data: blob:`, // the page itself makes those, of pictures that the hub sent
    `font-src ${source}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
