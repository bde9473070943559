// @ts-check
import { describe, expect, test } from "vitest";
import { abilitiesOf } from "../../../webview/js/panels/abilities.js";
import { CAPABLE, session } from "../samples.js";

/** @param {Partial<import("../../../webview/js/protocol.gen").Session>} change */
const told = (change) => Object.fromEntries(abilitiesOf(session(change)));
/** @param {string} mode @param {object} capabilities */
const codex = (mode, capabilities) =>
  told({ agent: "codex", process: { mode }, capabilities: { ...CAPABLE, ...capabilities } });

describe("what works in a session is told in plain words", () => {
  test("of Codex's shared daemon", () => {
    expect(codex("daemon", { queue: true, resume: true })).toEqual({
      Runs: "Codex’s shared daemon, together with its terminal",
      Words: "as they are generated",
      Asks: "here and in the terminal; the first answer wins",
      Prompts: "now, or when the turn ends",
      Stop: "yes",
      History: "the whole session",
      Tokens: "counted",
    });
  });

  test("of a terminal that speaks through hooks", () => {
    const hooked = { stream: "lines", approve: "exclusive", prompt: "at_turn_end", interrupt: false };
    expect(codex("embedded", hooked)).toMatchObject({
      Runs: "its own terminal, through hooks",
      Words: "message by message",
      Asks: "here, while the terminal waits",
      Prompts: "when the turn ends",
      Stop: "no",
    });
  });

  test("of a one-shot run, which asks nobody", () => {
    const exec = { stream: "none", approve: "none", prompt: "none", history: false, usage: false };
    expect(codex("exec", exec)).toMatchObject({
      Runs: "a one-shot run",
      Words: "not shown",
      Asks: "it never asks",
      Prompts: "in its own terminal only",
      History: "only what Pilot saw",
      Tokens: "not counted",
    });
  });

  test("of one that Pilot started: no terminal waits beside it", () => {
    expect(codex("owned", { approve: "exclusive" })).toMatchObject({ Runs: "started by Pilot", Asks: "here" });
  });

  test("of a session that nothing runs: not what only a running one can do", () => {
    const stored = { live: false, capabilities: { ...CAPABLE, resume: true } };
    const rest = { History: "the whole session", Tokens: "counted" };
    expect(told(stored)).toEqual({ Runs: "nothing runs it now", Prompts: "a prompt brings it back", ...rest });
    expect(told({ live: false })).toMatchObject({ Prompts: "not until it runs again" });
    expect(told({ state: "ended" })).toMatchObject({ Runs: "nothing runs it now" });
  });

  test("of a recording", () => {
    expect(told({ demo: true })).toMatchObject({ Runs: "a recording", Asks: "here", Prompts: "not to a recording" });
  });

  test.each([
    ["tui", "its own terminal"],
    ["serve", "a server"],
    ["run", "a one-shot run"],
    ["something new", "something new"],
    ["constructor", "constructor"],
  ])("of an OpenCode that runs as %s", (mode, words) => {
    expect(told({ process: { mode, pid: 1 } })).toMatchObject({ Runs: words });
  });

  test.each([
    ["deny_only", "can only be denied"],
    ["none", "in the terminal only"],
  ])("of asks that are %s", (approve, words) => {
    const capabilities = { ...CAPABLE, approve: /** @type {any} */ (approve) };
    expect(told({ capabilities, process: { mode: "tui" } })).toMatchObject({ Asks: words });
  });
});
