// Copies the browser libraries from the pinned npm packages to webview/js/vendor, checked against pinned hashes.
// `npm run vendor` writes them, `npm run vendor:check` only compares.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const TARGET = join(ROOT, "webview", "js", "vendor");

const LIBRARIES = [
  {
    name: "marked",
    file: "lib/marked.esm.js",
    sha256: "5371fea86fd0656b4fc7bea7c94c663109d82789b69433eeee78d42895aa44de",
    to: "marked.js",
    license: "LICENSE",
  },
  {
    name: "dompurify",
    file: "dist/purify.es.mjs",
    sha256: "1a06b721ad8b46d6174b21f22ea70290aaf3e5a81d65af3b7178113953f7c9b1",
    to: "purify.js",
    minify: true, // its package has no small ES module
    license: "LICENSE",
  },
  {
    name: "@highlightjs/cdn-assets",
    file: "es/highlight.min.js",
    sha256: "1ed8fc5256b738b8875b74e4d3f0754f60d6411fb034d618dfbc4e6e6c9999d7",
    to: "highlight.js",
    license: "LICENSE",
  },
  {
    name: "ansi-sequence-parser",
    file: "dist/index.js",
    sha256: "a77918fafe16f872155af3c2fe804d0f43a774ccc4f75f9e1632cee012639a75",
    to: "ansi.js",
    terms: "The MIT License. The package comes without a text of it; its author is Blake Mealey.",
  },
];

const check = process.argv.includes("--check");
const outputs = [...LIBRARIES.flatMap(filesOf), ["LICENSES.md", notice()]];
const stale = outputs.filter(([name, text]) => read(join(TARGET, name)) !== text);

if (check && stale.length) {
  console.error(`Not as vendored: ${stale.map(([name]) => name).join(", ")}. Run: npm run vendor`);
  process.exit(1);
}
if (!check) {
  mkdirSync(TARGET, { recursive: true });
  for (const [name, text] of stale) writeFileSync(join(TARGET, name), text);
}

function filesOf(library) {
  const source = readFileSync(join(ROOT, "node_modules", library.name, library.file));
  const sha256 = createHash("sha256").update(source).digest("hex");
  if (sha256 !== library.sha256) {
    console.error(
      `${library.name}: ${library.file} has sha256 ${sha256}, pinned is ${library.sha256}. Nothing was written.`,
    );
    process.exit(1);
  }
  const text = source.toString("utf8").replace(/\n*\/\/# sourceMappingURL=.*\s*$/, "\n");
  return [[library.to, library.minify ? transformSync(text, { minify: true, format: "esm" }).code : text]];
}

function notice() {
  const parts = LIBRARIES.map((library) => {
    const base = join(ROOT, "node_modules", library.name);
    const { version, license } = JSON.parse(readFileSync(join(base, "package.json"), "utf8"));
    const text = library.terms ?? readFileSync(join(base, library.license), "utf8").trim();
    return `## ${library.name} ${version} (${license}): ${library.to}\n\n${indent(text)}\n`;
  });
  return `# Libraries in this folder\n\nCopies made by \`scripts/vendor.mjs\`; do not edit them. What has no small form of its own was minified.\n\n${parts.join("\n")}`;
}

function indent(text) {
  return text.replace(/^(?=.)/gm, "    ");
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
