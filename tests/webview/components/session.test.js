// @ts-check
import { afterEach, describe, expect, test } from "vitest";
import { transcriptAsked, transcriptLoaded } from "../../../webview/js/reduce.js";
import { ask, CAPABLE, session } from "../samples.js";
import { button, page } from "./page.js";

afterEach(() => document.body.replaceChildren());

describe("the rail", () => {
  const sessions = [
    session({ id: "s1", title: "Fix the cart", updatedAt: 9 }),
    session({ id: "kid", title: "Look around", parentId: "s1", rootId: "s1" }),
    session({ id: "s2", title: "Bill", projectId: "p2", directory: "/home/dev/billing", state: "busy" }),
  ];
  const headings = (/** @type {Element} */ element) =>
    [...element.querySelectorAll("section h2 span:first-child")].map((one) => one.textContent);
  const rows = (/** @type {Element} */ element) =>
    [...element.querySelectorAll(".row b")].map((one) => one.textContent);

  test("lists sessions by project; sub-agents only under the open one", () => {
    const { element, store } = page("session-rail", { sessions });
    expect(rows(element)).toEqual(expect.arrayContaining(["Fix the cart", "Look around", "Bill"]));
    store.setUi({ sessionId: "s2" });
    expect(rows(element)).not.toContain("Look around");
  });

  test("puts what needs a person first, with what is asked", () => {
    const { element } = page("session-rail", { sessions, asks: [ask({ sessionId: "s2" })] });
    expect(headings(element)[0]).toBe("Needs you");
    expect(rows(element)[0]).toBe("Bill");
    expect(element.querySelector("small.needs")?.textContent).toBe("Run a command · rm -rf dist");
  });

  test("a click opens, the open one says so", () => {
    const { element, asked } = page("session-rail", { sessions });
    button(element, "Bill").click();
    expect(asked).toEqual([["openSession", "s2"]]);
    expect(element.querySelector("[aria-current]")?.getAttribute("data-session")).toBe("s1");
  });

  test("rows keep their element when others change", () => {
    const { element, store } = page("session-rail", { sessions });
    const row = element.querySelector("[data-id=s2]");
    store.setData({
      ...store.data,
      sessions: { ...store.data.sessions, s1: session({ title: "New name", updatedAt: 10 }) },
    });
    expect(element.querySelector("[data-id=s2]")).toBe(row);
    expect(rows(element)).toContain("New name");
  });
});

describe("the tabs", () => {
  test("are one a project, with how many asks wait", () => {
    const projects = [
      { id: "p1", name: "shop", directory: "/home/dev/shop" },
      { id: "p2", name: "billing", directory: "/b" },
    ];
    const sessions = [session(), session({ id: "s2", projectId: "p2" })];
    const { element, asked } = page("project-tabs", {
      projects,
      sessions,
      asks: [ask({ projectId: "p2", sessionId: "s2" })],
    });
    const tabs = [...element.querySelectorAll("[role=tab]")];
    expect(tabs.map((tab) => tab.textContent)).toEqual(["billing1", "shop"]);
    expect(tabs.map((tab) => tab.getAttribute("aria-selected"))).toEqual(["false", "true"]);
    button(element, "billing").click();
    expect(asked).toEqual([["frame.openTab", "p2"]]);
  });
});

describe("the composer", () => {
  /** @param {Partial<import("../../../webview/js/protocol.gen").Session>} change @param {object} [answers] */
  function composer(change, answers) {
    const shown = page("prompt-composer", { sessions: [session(change)] }, answers);
    const field = shown.element.querySelector("textarea");
    if (!field) throw new Error("no field");
    const press = (/** @type {object} */ keys) =>
      field.dispatchEvent(new KeyboardEvent("keydown", { cancelable: true, bubbles: true, ...keys }));
    return { ...shown, field, press };
  }

  test("Enter sends, Shift+Enter does not", () => {
    const { field, press, asked } = composer({});
    field.value = " Go on ";
    press({ key: "Enter", shiftKey: true });
    expect(asked.filter(([name]) => name === "send")).toEqual([]);
    press({ key: "Enter" });
    expect(asked.filter(([name]) => name === "send")).toEqual([["send", "s1", { text: "Go on" }]]);
    expect(field.value).toBe("");
  });

  test("Enter that ends a composition of characters does not send", () => {
    const { field, press, asked } = composer({});
    field.value = "日本";
    press({ key: "Enter", isComposing: true });
    expect(asked.filter(([name]) => name === "send")).toEqual([]);
  });

  test("keeps a draft for each session", () => {
    const { field, store } = composer({});
    field.value = "half";
    field.dispatchEvent(new Event("input"));
    store.setData({ ...store.data, sessions: { ...store.data.sessions, s2: session({ id: "s2" }) } });
    store.setUi({ sessionId: "s2" });
    expect(field.value).toBe("");
    store.setUi({ sessionId: "s1" });
    expect(field.value).toBe("half");
  });

  test("says why nothing can be sent", () => {
    const { field } = composer({ capabilities: { ...CAPABLE, prompt: "none" } });
    expect(field.disabled).toBe(true);
    expect(field.placeholder).toBe("OpenCode takes prompts in its own terminal only.");
  });

  describe("while a turn runs that a prompt may wait for", () => {
    const waiting = { state: /** @type {const} */ ("busy"), capabilities: { ...CAPABLE, queue: true } };
    const sent = (/** @type {any[][]} */ asked) => asked.filter(([name]) => name === "send");

    test("a second button sends after it", () => {
      const { element, field, asked } = composer(waiting);
      expect(button(element, "After this turn").disabled).toBe(true);
      field.value = "Then test";
      field.dispatchEvent(new Event("input"));
      button(element, "After this turn").click();
      expect(sent(asked)).toEqual([["send", "s1", { text: "Then test", when: "turn_end" }]]);
      expect(field.value).toBe("");
    });

    test("so does Alt+Enter; Enter sends now", () => {
      const { field, press, asked } = composer(waiting);
      field.value = "Then test";
      press({ key: "Enter", altKey: true });
      field.value = "Hurry";
      press({ key: "Enter" });
      expect(sent(asked).map(([, , prompt]) => prompt)).toEqual([
        { text: "Then test", when: "turn_end" },
        { text: "Hurry" },
      ]);
    });

    test.each([
      ["the session is idle", { ...waiting, state: /** @type {const} */ ("idle") }],
      ["the agent cannot wait", { ...waiting, capabilities: CAPABLE }],
    ])("is not offered when %s", (_why, change) => {
      const { element, field, press, asked } = composer(change);
      expect(button(element, "After this turn").hidden).toBe(true);
      field.value = "Go on";
      press({ key: "Enter", altKey: true });
      expect(sent(asked)).toEqual([["send", "s1", { text: "Go on" }]]);
    });
  });

  test("invites to go on with a session that a prompt brings back", () => {
    const { field, press, asked } = composer({ live: false, capabilities: { ...CAPABLE, resume: true } });
    expect([field.disabled, field.placeholder]).toEqual([false, "Go on with this session…"]);
    field.value = "And now?";
    press({ key: "Enter" });
    expect(asked).toContainEqual(["send", "s1", { text: "And now?" }]);
  });

  test("offers the models of the session in view, and sends what was picked", async () => {
    const models = ["a", "b"].map((id) => ({ id, name: `Model ${id}` }));
    const { element, field, press, asked } = composer({ model: "b" }, { options: { modes: [], models } });
    await Promise.resolve();
    const model = element.querySelector("select[aria-label=Model]");
    if (!(model instanceof HTMLSelectElement)) throw new Error("no models");
    expect([model.hidden, model.value]).toEqual([false, "b"]);
    model.value = "a";
    field.value = "Go";
    press({ key: "Enter" });
    expect(asked).toContainEqual(["send", "s1", { text: "Go", model: "a" }]);
  });

  test("stops what is busy", () => {
    const { element, asked } = composer({ state: "busy" });
    button(element, "Stop").click();
    expect(asked).toContainEqual(["stop", "s1"]);
    expect(button(composer({}).element, "Stop").hidden).toBe(true);
  });
});

describe("the transcript", () => {
  /** @param {any[]} items */
  function transcript(items) {
    const shown = page("session-transcript");
    shown.store.setData(transcriptLoaded(transcriptAsked(shown.store.data, "s1"), "s1", { items, seq: 10 }));
    return shown;
  }

  test("draws each kind", () => {
    const { element } = transcript([
      { kind: "prompt", id: "1", at: 1, text: "Do *it*" },
      { kind: "reasoning", id: "2", at: 2, text: "Hm", streaming: false, endedAt: 4_002 },
      { kind: "text", id: "3", at: 3, text: "**Done**", streaming: false },
      {
        kind: "tool",
        id: "4",
        at: 4,
        tool: "bash",
        toolKind: "shell",
        title: "ls",
        status: "completed",
        input: { command: "ls" },
        output: "a",
        files: [],
        endedAt: 5,
      },
      { kind: "error", id: "5", at: 5, code: "x", message: "Too fast" },
    ]);
    expect(element.querySelector(".me")?.textContent).toBe("Do *it*");
    expect(element.querySelector("reasoning-item summary")?.textContent).toBe("Thought for 4.0 s");
    expect(element.querySelector("markdown-text strong")?.textContent).toBe("Done");
    expect(element.querySelector("tool-card summary")?.textContent).toContain("Shellls");
    expect(element.querySelector("[role=alert]")?.textContent).toBe("Too fast");
  });

  test("draws a window of a long session", () => {
    const items = Array.from({ length: 5_000 }, (_, i) => ({ kind: "prompt", id: `i${i}`, at: i, text: `Line ${i}` }));
    const { element } = transcript(items);
    expect(element.querySelectorAll(".line").length).toBeLessThanOrEqual(200);
    expect(element.textContent).toContain("Line 4999");
  });

  test("what was sent shows at once", () => {
    const { element, store } = transcript([]);
    store.setUi({ outbox: { s1: [{ text: "Go on", state: "sending" }] } });
    expect(element.querySelector(".line-outgoing")?.textContent).toBe("Go on");
  });

  test("what waits for the turn to end says so, after what does not", () => {
    const { element, store } = transcript([]);
    const outbox = [
      { text: "Then test", state: /** @type {const} */ ("queued") },
      { text: "Hurry", state: /** @type {const} */ ("sending") },
    ];
    store.setUi({ outbox: { s1: outbox } });
    const lines = [...element.querySelectorAll(".line-outgoing")].map((line) => line.textContent);
    expect(lines).toEqual(["Hurry", "Then testWaits for the turn to end"]);
  });

  test("a tool card is built when it is opened, and follows its output", () => {
    const tool = {
      kind: "tool",
      id: "4",
      at: 4,
      tool: "bash",
      toolKind: "shell",
      title: "",
      status: "running",
      input: { command: "make" },
      output: "one",
      files: [],
    };
    const { element, store } = transcript([tool]);
    expect(element.querySelector(".output")).toBeNull();
    const details = element.querySelector("details");
    if (details) details.open = true;
    details?.dispatchEvent(new Event("toggle"));
    expect(element.querySelector(".output")?.textContent).toBe("one");
    store.setData(
      transcriptLoaded(store.data, "s1", { items: [/** @type {any} */ ({ ...tool, output: "one\ntwo" })], seq: 11 }),
    );
    expect(element.querySelector(".output")?.textContent).toBe("one\ntwo");
  });

  test("a failed fetch says so and can be tried again", () => {
    const { element, store, asked } = transcript([]);
    const failed = {
      state: /** @type {const} */ ("failed"),
      items: [],
      seq: 0,
      gap: false,
      waiting: [],
      error: "Gone.",
    };
    store.setData({ ...store.data, transcripts: { s1: failed } });
    button(element, "Try again").click();
    expect(asked).toContainEqual(["reload", "s1"]);
  });
});

describe("the approval mode", () => {
  const guarded = session({ capabilities: { ...CAPABLE, guarded: true } });

  test("is offered while nobody chose, and set for the project", () => {
    const { element, asked } = page("approval-offer", { sessions: [guarded] });
    const web = [...element.querySelectorAll("input")].find((one) => one.value === "web");
    if (web) web.checked = false;
    button(element, "Turn on").click();
    expect(asked).toEqual([["setProjectApproval", "p1", ["shell", "edits", "outside"]]]);
  });

  test("“Not now” is a choice too", () => {
    const { element, asked } = page("approval-offer", { sessions: [guarded] });
    button(element, "Not now").click();
    expect(asked).toEqual([["setProjectApproval", "p1", []]]);
  });

  test.each([
    ["the agent asks anyway", session(), undefined],
    ["somebody chose for the session", { ...guarded, approval: { topics: [] } }, undefined],
    ["somebody chose for the project", guarded, { topics: [] }],
    ["it is a recording", { ...guarded, demo: true }, undefined],
  ])("is not offered when %s", (_why, one, approval) => {
    const projects = [{ id: "p1", name: "shop", directory: "/home/dev/shop", ...(approval ? { approval } : {}) }];
    expect(page("approval-offer", { sessions: [one], projects }).element.childElementCount).toBe(0);
  });
});
