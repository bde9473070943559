// Collects the extension's texts for translators: `npm run l10n` writes extension/l10n/bundle.l10n.json, `--check` compares.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const EXTENSION = fileURLToPath(new URL("../extension", import.meta.url));
export const BUNDLE = join(EXTENSION, "l10n", "bundle.l10n.json");

/** The bundle as the sources want it. */
export function bundle() {
  const files = readdirSync(join(EXTENSION, "src"), { recursive: true, encoding: "utf8" });
  const sources = files.filter((file) => file.endsWith(".ts") && !file.endsWith(".gen.ts")).sort();
  const texts = sources.flatMap((file) => textsIn(join(EXTENSION, "src", file)));
  return `${JSON.stringify(Object.fromEntries([...new Set(texts)].sort().map((text) => [text, text])), null, 2)}\n`;
}

/** The texts in one file; one that is not a plain text could not be translated, and is an error. */
function textsIn(path) {
  const found = [];
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const visit = (node) => {
    if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText())) found.push(textOf(node, source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function textOf(call, source) {
  const [text] = call.arguments;
  if (text && ts.isStringLiteralLike(text)) return text.text;
  const { line } = source.getLineAndCharacterOfPosition(call.getStart());
  throw new Error(`${source.fileName}:${line + 1}: l10n.t needs a plain text, with {0} where something goes in`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = bundle();
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(BUNDLE), { recursive: true });
    writeFileSync(BUNDLE, wanted);
  } else if (readFileSync(BUNDLE, "utf8") !== wanted) {
    console.error("extension/l10n/bundle.l10n.json is out of date: npm run l10n");
    process.exit(1);
  }
}
