// @ts-check
/**
 * What a group of settings can do besides being changed: be tried out, have keys made.
 *
 * @import * as P from "../protocol.gen"
 * @import { KeysMade, Settings } from "./settings.js"
 */
import { h } from "../html.js";
import { TESTABLE } from "./settings.js";

/** @type {Record<string, string>} */
const TEST_LABELS = {
  network: "Test the network",
  tunnel: "Test the tunnel",
  telegram: "Send a test message",
  push: "Test push",
};

/**
 * @param {P.SettingInfo["group"]} group
 * @param {Settings} settings
 * @param {(view: P.SettingsView) => void} onView new values came
 * @param {() => boolean} isChanged a test tries what is saved
 */
export function groupTools(group, settings, onView, isChanged) {
  const result = h("p", { class: "test-result", role: "status" });
  const tools = [];
  if (group === "push") tools.push(keysButton(settings, onView, result));
  if (TESTABLE.has(group)) tools.push(testButton(group, settings, isChanged, result));
  return tools.length ? [h("div", { class: "acts" }, ...tools), result] : [];
}

/** @param {P.SettingInfo["group"]} group @param {Settings} settings @param {() => boolean} isChanged @param {HTMLElement} result */
function testButton(group, settings, isChanged, result) {
  return acting(TEST_LABELS[group] ?? "Test", async () => {
    // SAFETY: TESTABLE has these only
    const { ok, message, hint } = await settings.test(/** @type {P.SettingsTest["group"]} */ (group));
    const saved = isChanged() ? " What is not saved yet was not tried." : "";
    tell(result, ok, [message, hint].filter(Boolean).join(" ") + saved);
  });
}

/** @param {Settings} settings @param {(view: P.SettingsView) => void} onView @param {HTMLElement} result */
function keysButton(settings, onView, result) {
  const made = (/** @type {KeysMade} */ answer) => {
    if ("view" in answer) onView(answer.view);
    tell(result, "view" in answer, "view" in answer ? "New keys are saved." : answer.message);
    if ("there" in answer && answer.there)
      result.append(
        " ",
        acting("Replace them", async () => made(await settings.replaceKeys())),
      );
  };
  return acting("Make keys", async () => made(await settings.makeKeys()));
}

/** @param {HTMLElement} result @param {boolean} ok @param {string} text */
function tell(result, ok, text) {
  result.dataset.ok = String(ok);
  result.textContent = text;
}

/** A button that cannot be pressed again while it works. @param {string} label @param {() => Promise<void>} act */
function acting(label, act) {
  const button = h("button", { type: "button", class: "button" }, label);
  button.addEventListener("click", async () => {
    button.disabled = true;
    await act();
    button.disabled = false;
  });
  return button;
}
