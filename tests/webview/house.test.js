// @ts-check
// Rules of the house that a linter cannot say.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..", "webview");
const JS = join(ROOT, "js");
const files = readdirSync(JS, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".js") && !name.startsWith("vendor"))
  .map((name) => ({ name, text: readFileSync(join(JS, name), "utf8") }));
const IMPORT = /^import\s+(?:(\w+|\{[^}]*\})\s+from\s+)?"([^"]+)";$/gm;

/** @param {string} name @param {string} text */
function importsOf(name, text) {
  return [...text.matchAll(IMPORT)].map(([, what, from]) => ({
    what,
    from: relative(JS, join(JS, dirname(name), from ?? "")),
  }));
}

test.each(files)("$name says what it is checked with and stays short", ({ name, text }) => {
  if (name.endsWith(".gen.js")) return;
  expect(text.startsWith("// @ts-check")).toBe(true);
  const limit = name.startsWith("components/") ? 200 : 420;
  expect(text.split("\n").length).toBeLessThan(limit);
});

test("the hub can join the modules: one flat scope, named exports, static imports, no circles", () => {
  /** @type {Map<string, string>} */ const owners = new Map();
  const declared = /^(?:export )?(?:async )?(?:function\*?|class|const|let|var) (?:(\w+)|\{\s*(.*?)\s*\} =)/gm;
  const doubles = files.flatMap(({ name, text }) =>
    [...text.matchAll(declared)]
      .flatMap(([, one, many]) => (one ?? many ?? "").split(/\s*,\s*/))
      .flatMap((word) => {
        const owner = owners.get(word);
        owners.set(word, name);
        return owner ? [`${word}: ${owner}, ${name}`] : [];
      }),
  );
  expect(doubles).toEqual([]);
  for (const { text } of files.filter(({ name }) => name !== "host/lazy.js")) {
    expect(text.replace(/\/\*[\s\S]*?\*\//g, "")).not.toMatch(
      /^export default|^export \{|^import \* as|\bimport\(|^import \{[^}]*\bas\b|\bimport\.meta\b/m,
    );
  }
  expect(order("main.js")).toContain("reduce.js");
  order("later.js");
});

test("every element is loaded, at once or on demand, and nothing of a first visit is made of what is on demand", () => {
  const named = (/** @type {string} */ name) =>
    importsOf(name, readFileSync(join(JS, name), "utf8"))
      .map(({ from }) => from)
      .filter((from) => from.startsWith("components/"));
  const [atOnce, onDemand] = [named("components/all.js"), named("later.js")];
  const all = files
    .map(({ name }) => name)
    .filter((name) => name.startsWith("components/") && !name.endsWith("all.js"));
  expect([...atOnce, ...onDemand].sort()).toEqual(all.sort());
  expect(order("main.js").filter((name) => onDemand.includes(name))).toEqual([]);
});

test("every style sheet is imported once, from main.css", () => {
  const main = readFileSync(join(ROOT, "css", "main.css"), "utf8");
  const imported = [...main.matchAll(/@import url\("(.+)"\);/g)].map(([, name]) => name);
  const all = readdirSync(join(ROOT, "css"), { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".css") && name !== "main.css",
  );
  expect([...imported].sort()).toEqual(all.sort());
});

test("the page has no inline script or style, and nothing leaves the origin", () => {
  const page = readFileSync(join(ROOT, "index.html"), "utf8");
  expect(page).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*src=)/);
  for (const [, address = ""] of page.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address).toMatch(/^\/(?!\/)/);
  for (const { name, text } of files) expect(`${name} ${text}`).not.toMatch(/https?:\/\/(?!www\.w3\.org|…)/);
});

/** Dependencies first; throws on a circle. @param {string} name @param {string[]} [path] @param {Set<string>} [done] */
function order(name, path = [], done = new Set()) {
  if (path.includes(name)) throw new Error(`circle: ${[...path, name].join(" → ")}`);
  if (done.has(name) || name.startsWith("vendor")) return [...done];
  const text = files.find((file) => file.name === name)?.text ?? "";
  for (const { from } of importsOf(name, text)) order(from, [...path, name], done);
  done.add(name);
  return [...done];
}
