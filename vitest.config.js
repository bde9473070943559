// @ts-check
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const fakeVscode = fileURLToPath(new URL("tests/extension/fakes/vscode.ts", import.meta.url));

export default defineConfig({
  test: {
    restoreMocks: true,
    testTimeout: 5_000,
    projects: [
      {
        extends: true,
        test: {
          name: "webview",
          environment: "happy-dom",
          include: ["tests/webview/**/*.test.js"],
          environmentOptions: {
            happyDOM: { settings: { disableJavaScriptFileLoading: true, disableCSSFileLoading: true } },
          },
        },
      },
      {
        extends: true,
        resolve: { alias: { vscode: fakeVscode } },
        test: { name: "extension", environment: "node", include: ["tests/extension/**/*.test.ts"] },
      },
    ],
  },
});
