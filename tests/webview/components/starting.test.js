// @ts-check
import { afterEach, describe, expect, test } from "vitest";
import { session } from "../samples.js";
import { button, page } from "./page.js";

afterEach(() => document.body.replaceChildren());

const status = { state: /** @type {const} */ ("connected"), connections: 1, unknownEvents: {} };
const agents = [
  { ...status, agent: "codex", starts: true },
  { ...status, agent: "opencode", starts: false },
];
const projects = [
  { id: "p1", name: "shop", directory: "/home/dev/shop" },
  { id: "p2", name: "billing", directory: "/home/dev/billing" },
];
const offered = {
  models: [{ id: "big", name: "Big", description: "Thinks long." }],
  policies: [
    { id: "untrusted", name: "Ask often", description: "Asks before all that is not known as safe." },
    { id: "never", name: "Never ask" },
  ],
};
const settled = () => new Promise((done) => setTimeout(done));

/** @param {Record<string, any>} [answers] */
function sheet(answers) {
  const shown = page("new-session-sheet", { agents, projects }, { startOptions: offered, ...answers });
  shown.store.setUi({ sheet: "new" });
  /** @param {string} name @returns {any} */
  const field = (name) => shown.element.querySelector(`[name=${name}]`);
  const pick = (/** @type {string} */ name, /** @type {string} */ value) => {
    field(name).value = value;
    field(name).dispatchEvent(new Event("change", { bubbles: true }));
  };
  const options = (/** @type {string} */ name) =>
    [...field(name).options].map((/** @type {HTMLOptionElement} */ option) => option.textContent);
  const start = async () => {
    shown.element.querySelector("form")?.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
    await settled();
    return shown.asked.filter(([name]) => name === "newSession").map(([, request]) => request);
  };
  return { ...shown, field, pick, options, start };
}

describe("a new session", () => {
  test("is in sight for agents that Pilot starts, before one runs", () => {
    const idle = [{ ...status, agent: "codex", connections: 0, starts: true }];
    expect(button(page("session-rail", { agents: idle }).element, "New session").hidden).toBe(false);
    expect(button(page("session-rail", { agents: [] }).element, "New session").hidden).toBe(true);
  });

  test("what is written for it survives the sheet, until it is sent", async () => {
    const { element, field, start, store } = sheet({ newSession: null });
    field("prompt").value = "Build it";
    field("prompt").dispatchEvent(new Event("input", { bubbles: true }));
    store.setUi({ sheet: null });
    store.setUi({ sheet: "new" });
    expect(field("prompt").value).toBe("Build it");
    expect(await start()).toMatchObject([{ prompt: { text: "Build it" } }]);
    store.setUi({ sheet: null });
    store.setUi({ sheet: "new" });
    expect(element.querySelector("textarea")?.value).toBe("");
  });

  test("begins where the session in view is, with all that is possible", () => {
    const { field, options } = sheet();
    expect([field("agent").value, field("folder").value]).toEqual(["opencode", "/home/dev/shop"]);
    expect(options("agent")).toEqual(["Codex", "OpenCode"]);
    expect(options("folder")).toEqual(["shop · /home/dev/shop"]);
  });

  test("begins with what was asked for, else with what was started last", async () => {
    const last = { agent: "codex", directory: "/home/dev/billing", model: "big", policy: "never" };
    const { field, element, store } = sheet({ "starting.last": last });
    expect(field("agent").value).toBe("opencode"); // more of what is in view
    store.setUi({ sheet: null });
    store.setUi({ sheet: "new", starting: { agent: "codex", directory: "/home/dev/billing" } });
    await settled();
    expect([field("agent").value, field("folder").value]).toEqual(["codex", "/home/dev/billing"]);
    expect([field("model").value, field("policy").value]).toEqual(["big", "never"]);
    expect(element.querySelector("dialog")?.open).toBe(true);
  });

  test("of an agent that Pilot starts goes into every project, or a folder of one's own", () => {
    const { pick, options, field, element } = sheet();
    pick("agent", "codex");
    expect(options("folder")).toEqual(["billing · /home/dev/billing", "shop · /home/dev/shop", "Another folder…"]);
    expect(field("folder").value).toBe("/home/dev/shop");
    expect(field("path").closest("label").hidden).toBe(true);
    pick("folder", "other");
    expect(field("path").closest("label").hidden).toBe(false);
    const known = [...element.querySelectorAll("datalist option")].map((option) => option.getAttribute("value"));
    expect(known).toEqual(["/home/dev/billing", "/home/dev/shop"]);
  });

  test("takes what was picked, and leaves the rest as configured", async () => {
    const { pick, start, options, asked } = sheet();
    pick("agent", "codex");
    await settled();
    expect(asked).toContainEqual(["startOptions", "codex", "/home/dev/shop"]);
    expect(options("policy")).toEqual(["As configured", "Ask often", "Never ask"]);
    pick("policy", "never");
    expect(await start()).toEqual([{ agent: "codex", directory: "/home/dev/shop", policy: "never" }]);
  });

  test("tells what a choice means", async () => {
    const { pick, element } = sheet();
    await settled();
    pick("policy", "untrusted");
    expect(element.querySelector("#start-policy-told")?.textContent).toBe(offered.policies[0]?.description);
    pick("policy", "");
    expect(element.querySelector("#start-policy-told")?.textContent).toBe("");
  });

  test("starts with a first prompt where one is written", async () => {
    const { pick, field, start } = sheet();
    pick("agent", "codex");
    await settled();
    pick("model", "big");
    field("prompt").value = " Fix it ";
    const prompt = { text: "Fix it" };
    expect(await start()).toEqual([{ agent: "codex", directory: "/home/dev/shop", model: "big", prompt }]);
  });

  test("needs a whole path, and says so by the form", async () => {
    const { pick, field, start, element } = sheet();
    pick("agent", "codex");
    pick("folder", "other");
    pick("path", "shop");
    expect(await start()).toEqual([]);
    expect(element.querySelector("[role=alert]")?.textContent).toContain("whole path");
    pick("path", " /srv/new ");
    await settled();
    expect(await start()).toEqual([{ agent: "codex", directory: "/srv/new" }]);
    expect(field("path").value).toBe(" /srv/new ");
    expect(element.querySelector("[role=alert]")?.hasAttribute("hidden")).toBe(true);
  });

  test("that the hub refuses says why, and can be tried again", async () => {
    const { start, element } = sheet({ newSession: { message: "No such folder.", hint: "Make it first." } });
    await start();
    expect(element.querySelector("[role=alert]")?.textContent).toBe("No such folder. Make it first.");
    expect([button(element, "Start").disabled, button(element, "Start").textContent]).toEqual([false, "Start"]);
  });

  test("is started once, however often the button is pressed", async () => {
    /** @type {(value: null) => void} */ let answer = () => {};
    const { start, element } = sheet({ newSession: () => new Promise((done) => (answer = done)) });
    await start();
    expect([button(element, "Starting").disabled, (await start()).length]).toEqual([true, 1]);
    answer(null);
  });

  test("says that there is nowhere to start one", () => {
    const shown = page("new-session-sheet", { sessions: [session({ live: false })] });
    shown.store.setUi({ sheet: "new" });
    expect(shown.element.querySelector(".none")?.textContent).toContain("Start an agent in a terminal first");
  });
});

describe("what an agent offers", () => {
  test("is waited for in sight", async () => {
    const { field, pick } = sheet({ startOptions: () => new Promise(() => {}) });
    pick("agent", "codex");
    expect([field("model").disabled, field("model").textContent]).toEqual([true, "Asking Codex…"]);
  });

  test("is left out where there is nothing to pick", async () => {
    const { field } = sheet({ startOptions: { models: offered.models, policies: [] } });
    await settled();
    const hidden = (/** @type {string} */ name) => field(name).closest(".pair > div").hidden;
    expect([hidden("model"), hidden("policy")]).toEqual([false, true]);
  });

  test("may stay unknown: the form says why, and starts all the same", async () => {
    const problem = { message: "Codex did not answer.", hint: undefined };
    const { element, pick, start } = sheet({ startOptions: { models: [], policies: [], problem } });
    pick("agent", "codex");
    await settled();
    const told = "Codex did not say which models and approvals it has. Codex did not answer.";
    expect(element.querySelector("start-choices [role=status]")?.textContent).toBe(told);
    expect(await start()).toEqual([{ agent: "codex", directory: "/home/dev/shop" }]);
  });

  test("comes from the folder chosen last, whichever answer is last", async () => {
    /** @type {Record<string, (value: object) => void>} */ const answer = {};
    const startOptions = (/** @type {string} */ _agent, /** @type {string} */ directory) =>
      new Promise((done) => (answer[directory] = done));
    const { pick, options } = sheet({ startOptions });
    pick("agent", "codex");
    pick("folder", "/home/dev/billing");
    answer["/home/dev/billing"]?.({ models: [{ id: "b", name: "Billing's" }], policies: [] });
    await settled();
    answer["/home/dev/shop"]?.({ models: [{ id: "s", name: "Shop's" }], policies: [] });
    await settled();
    expect(options("model")).toEqual(["As configured", "Billing's"]);
  });
});
