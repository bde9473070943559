// @ts-check
import { afterEach, describe, expect, test } from "vitest";
import { CAPABLE, session } from "../samples.js";
import { button, page } from "./page.js";

afterEach(() => document.body.replaceChildren());

const degraded = {
  agent: "codex",
  state: /** @type {const} */ ("degraded"),
  connections: 0,
  starts: false,
  message: "Codex 0.9 is too old: 0.169 or later is needed.",
  unknownEvents: {},
};
const codex = session({ agent: "codex", process: { mode: "daemon" } });

describe("the side", () => {
  /** @param {Element} element */
  const rows = (element) => [...element.querySelectorAll(".abilities > div")].map((row) => row.textContent);

  test("ends with what works here, folded until it is wanted", () => {
    const { element } = page("session-side", {
      sessions: [{ ...codex, todos: [{ text: "Test", status: "pending" }] }],
    });
    expect(element.querySelector("session-abilities details")?.open).toBe(false);
    expect(element.querySelector("session-abilities summary")?.textContent).toBe("What works here");
    expect(rows(element)).toContain("RunsCodex’s shared daemon, together with its terminal");
  });

  test("has it unfolded where there is nothing else, until somebody folds it", () => {
    const { element, store } = page("session-side", { sessions: [codex, session({ id: "s2" })] });
    expect(element.querySelector("session-abilities details")?.open).toBe(true);
    element.querySelector("session-abilities summary")?.click();
    store.setUi({ sessionId: "s2" });
    expect(element.querySelector("session-abilities details")?.open).toBe(false);
  });

  test("stays unfolded while the session goes on and is changed", () => {
    const { element, store } = page("session-side", { sessions: [codex] });
    const details = element.querySelector("session-abilities details");
    if (details) details.open = true;
    const usage = { ...codex.usage, inputTokens: 9 };
    const next = session({ ...codex, usage, capabilities: { ...CAPABLE, interrupt: false } });
    store.setData({ ...store.data, sessions: { s1: next } });
    expect(element.querySelector("session-abilities details")).toBe(details);
    expect(details?.open).toBe(true);
    expect(rows(element)).toContain("Stopno");
    expect(element.textContent).toContain("Input9");
  });

  test("says what is wrong with the session's agent, folded or not", () => {
    const { element } = page("session-side", { sessions: [codex], agents: [degraded] });
    const told = element.querySelector(".trouble");
    expect(told?.textContent).toBe("Codex 0.9 is too old: 0.169 or later is needed.");
    expect(told?.closest("details")).toBeNull();
  });

  test("says nothing of another agent's trouble", () => {
    const { element } = page("session-side", { agents: [degraded] });
    expect(element.querySelector(".trouble")?.hasAttribute("hidden")).toBe(true);
  });
});

describe("an agent that Pilot reaches only in part", () => {
  test("is named in the rail until it is well", () => {
    const { element, store } = page("session-rail", { agents: [degraded] });
    const health = element.querySelector("agent-health");
    expect(health?.textContent).toContain("Codex 0.9 is too old");
    store.setData({ ...store.data, agents: { codex: { ...degraded, state: "connected" } } });
    expect(health?.hasAttribute("hidden")).toBe(true);
    expect(health?.textContent).toBe("");
  });
});

describe("where there is no room for a column at the side", () => {
  test("the head leads to the facts", () => {
    const { element, asked } = page("session-head");
    button(element, "About this session").click();
    expect(asked).toEqual([["showSheet", "about"]]);
  });

  test("the facts come as a sheet, and go with it", () => {
    const { element, store } = page("about-sheet", { sessions: [codex] });
    expect(element.querySelector("session-side")).toBeNull();
    store.setUi({ sheet: "about" });
    expect(element.querySelector("session-side")?.textContent).toContain("What works here");
    store.setUi({ sheet: null });
    expect(element.querySelector("session-side")).toBeNull();
  });
});
