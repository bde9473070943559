// @ts-check
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    include: ["tests/webview/**/*.test.js"],
    restoreMocks: true,
    testTimeout: 5_000,
    environmentOptions: { happyDOM: { settings: { disableJavaScriptFileLoading: true, disableCSSFileLoading: true } } },
  },
});
