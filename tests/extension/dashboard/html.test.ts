import { expect, test } from "vitest";
import { dashboardHtml } from "../../../extension/src/dashboard/html";

const page = (change: object = {}): string =>
  dashboardHtml({
    surface: "view",
    source: "https://*.vscode-cdn.net",
    nonce: "n0nce",
    script: "https://x/app.js",
    style: "https://x/app.css",
    modules: ["https://x/marked.js"],
    ...change,
  });

const policy = (html: string): Record<string, string> => {
  const content = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
  const parts = content.replaceAll("&#39;", "'").split("; ");
  return Object.fromEntries(parts.map((part) => [part.split(" ")[0], part.split(" ").slice(1).join(" ")]));
};

test("nothing is allowed but our own script, styles, pictures and fonts", () => {
  expect(policy(page())).toEqual({
    "default-src": "'none'",
    "script-src": "'nonce-n0nce'",
    "style-src": "https://*.vscode-cdn.net",
    "img-src": "https://*.vscode-cdn.net data: blob:",
    "font-src": "https://*.vscode-cdn.net",
    "base-uri": "'none'",
    "form-action": "'none'",
  });
});

test("every script carries the nonce, and nothing is inline", () => {
  const html = page();
  for (const [tag] of html.matchAll(/<script\b[^>]*>|<link rel="modulepreload"[^>]*>/g))
    expect(tag).toContain('nonce="n0nce"');
  expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*src=)|unsafe/);
});

test("the page is told where it is", () => {
  expect(page({ surface: "panel" })).toContain('<html lang="en" data-host="vscode" data-surface="panel">');
});

test("an address cannot leave its attribute", () => {
  const html = page({ script: 'https://x/"><script>alert(1)</script>', source: 'x"y' });
  expect(html).not.toContain("<script>");
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).not.toContain('x"y');
});
