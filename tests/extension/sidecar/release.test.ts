import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { release } from "../../../scripts/release.mjs";

test("the extension is of the sidecar's version and protocol: `npm run release` writes them", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../../extension/package.json", import.meta.url), "utf8"));
  expect({ version: manifest.version, ...manifest.pilot }).toEqual(release());
});
