import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import manifest from "../../../extension/package.json";
import texts from "../../../extension/package.nls.json";
import { BUNDLE, bundle } from "../../../scripts/l10n.mjs";

const EXTENSION = fileURLToPath(new URL("../../../extension/", import.meta.url));
const SOURCES = readdirSync(`${EXTENSION}src`, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(`${EXTENSION}src/${name}`, "utf8"));
const ALL = SOURCES.join("\n");

/** Where the code registers a command: by VS Code's own function, by ours, or as an entry of a table of commands. */
const REGISTERED = [
  /registerCommand\(\s*"(pilot\.[\w.]+)"/g,
  /\bcommand\(\s*parts,\s*"(pilot\.[\w.]+)"/g,
  /\badd\(\s*"(pilot\.[\w.]+)"/g,
  /^\s*"(pilot\.[\w.]+)": \(.*=>/gm,
];

/** What VS Code itself says in a when-clause. */
const BUILT_IN = new Set([
  "view",
  "viewItem",
  "isWorkspaceTrusted",
  "editorHasSelection",
  "resourceScheme",
  "explorerResourceIsFolder",
]);

const { commands, menus, keybindings, walkthroughs, views, viewsWelcome = [] } = contributions();
const declared = commands.map(({ command }) => command);

interface Contributions {
  commands: { command: string; title: string; enablement?: string }[];
  menus: Record<string, { command: string; when?: string }[]>;
  keybindings: { command: string; key: string; mac?: string; win?: string; when?: string }[];
  walkthroughs: { steps: { description: string; media: { svg: string }; completionEvents: string[] }[] }[];
  views: Record<string, { id: string; icon: string; when?: string }[]>;
  viewsWelcome?: { contents: string; when?: string }[];
}

function contributions(): Contributions {
  return manifest.contributes;
}

function registered(): Set<string> {
  return new Set(REGISTERED.flatMap((form) => [...ALL.matchAll(form)].map(([, name = ""]) => name)));
}

function whenClauses(): string[] {
  const used = [...Object.values(menus).flat(), ...keybindings, ...Object.values(views).flat(), ...viewsWelcome];
  return [...used.map(({ when }) => when), ...commands.map(({ enablement }) => enablement)].flatMap(
    (when) => when ?? [],
  );
}

/** The keys in a when-clause, without what they are compared with. */
function keysIn(when: string): string[] {
  return when
    .replace(/=~ *\/(?:\\.|[^/])*\/\w*/g, "")
    .replace(/(==|!=|>=|<=|>|<) *[\w.-]+/g, "")
    .split(/&&|\|\||!|\(|\)/)
    .map((key) => key.trim())
    .filter((key) => key && key !== "false" && key !== "true");
}

describe("keys", () => {
  it("never type a character: on Windows AltGr is Ctrl+Alt, and makes “ą”, “ö” or “ß” with a letter", () => {
    for (const { key, win = key } of keybindings) expect(win).not.toMatch(/ctrl\+(shift\+)?alt\+.$/);
  });
});

describe("files", () => {
  it("are files also where VS Code runs on another machine, and gives them another scheme there", () => {
    const asked = whenClauses().filter((when) => when.includes("resourceScheme"));
    expect(asked.length).toBeGreaterThan(0);
    for (const when of asked) expect(when).toContain("resourceScheme =~ /^(file|vscode-remote)$/");
  });
});

describe("commands", () => {
  it("are many, each named once", () => {
    expect(declared.length).toBeGreaterThanOrEqual(20);
    expect(new Set(declared).size).toBe(declared.length);
  });

  it("in the manifest are registered by the code, and the other way round", () => {
    expect([...registered()].sort()).toEqual([...declared].sort());
  });

  it("that menus, keys and links name are there", () => {
    const inMenus = Object.values(menus).flatMap((items) => items.map(({ command }) => command));
    const linked = [
      ...Object.values(texts)
        .join("\n")
        .matchAll(/\(command:([\w.]+)/g),
    ].map(([, name = ""]) => name);
    const events = walkthroughs.flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents));
    const completing = events.flatMap((event) => (event.startsWith("onCommand:") ? [event.slice(10)] : []));
    const named = [...inMenus, ...keybindings.map(({ command }) => command), ...linked, ...completing];
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => !declared.includes(name))).toEqual([]);
  });

  it("that the code runs are there", () => {
    const run = [...ALL.matchAll(/executeCommand\(\s*"(pilot\.[\w.]+)"/g)].map(([, name = ""]) => name);
    const focus = Object.values(views).flatMap((all) => all.map(({ id }) => `${id}.focus`)); // VS Code makes these
    expect(run.length).toBeGreaterThan(5);
    expect(run.filter((name) => !declared.includes(name) && !focus.includes(name))).toEqual([]);
  });

  it("have keys that do not collide", () => {
    for (const keys of [keybindings.map(({ key }) => key), keybindings.map(({ key, mac }) => mac ?? key)])
      expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("when-clauses", () => {
  it("use keys that VS Code has or the code sets", () => {
    const set = new Set([...ALL.matchAll(/"setContext",\s*"([\w.]+)"/g)].map(([, key = ""]) => key));
    const used = whenClauses().flatMap(keysIn);
    expect(used.length).toBeGreaterThan(30);
    expect([...new Set(used)].filter((key) => !set.has(key) && !BUILT_IN.has(key))).toEqual([]);
  });

  it("of views name views that are there", () => {
    const ids = Object.values(views).flatMap((all) => all.map(({ id }) => id));
    const named = whenClauses().flatMap((when) => [...when.matchAll(/\bview == ([\w.]+)/g)].map(([, id = ""]) => id));
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe("texts", () => {
  it("of the manifest are all there, and all used", () => {
    const used = [...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(([, key = ""]) => key);
    expect([...new Set(used)].sort()).toEqual(Object.keys(texts).sort());
  });

  it("that people read in the manifest are texts for translators", () => {
    const bare = commands.filter(({ title }) => !/^%.+%$/.test(title)).map(({ command }) => command);
    expect(bare).toEqual([]);
  });

  it("of the code are collected: npm run l10n", () => {
    const [has, wants] = [readFileSync(BUNDLE, "utf8"), bundle()].map((text) => Object.keys(JSON.parse(text)));
    const missing = wants?.filter((text) => !has?.includes(text));
    const left = has?.filter((text) => !wants?.includes(text));
    expect({ missing, left }).toEqual({ missing: [], left: [] });
  });
});

it("every picture is there", () => {
  const named = [...JSON.stringify(manifest).matchAll(/"(media\/[^"]+)"/g)].map(([, path = ""]) => path);
  const shown = [...readFileSync(`${EXTENSION}README.md`, "utf8").matchAll(/!\[.*\]\((.+)\)/g)].map(
    ([, path = ""]) => path,
  );
  expect(named.length + shown.length).toBeGreaterThan(5);
  expect([...named, ...shown].filter((path) => !existsSync(EXTENSION + path))).toEqual([]);
});

it("every setting that the code reads is declared, with a text", () => {
  const names = Object.keys(manifest.contributes.configuration.properties);
  const properties: Record<string, { markdownDescription?: string }> = manifest.contributes.configuration.properties;
  expect(names.filter((name) => !properties[name]?.markdownDescription)).toEqual([]);
  const read = [...ALL.matchAll(/setting(?:<[^>]+>)?\("([\w.]+)"/g)].map(([, name]) => `pilot.${name}`);
  expect(read.length).toBeGreaterThan(2);
  expect(read.filter((name) => !names.includes(name))).toEqual([]);
});
