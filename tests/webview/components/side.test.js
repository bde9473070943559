// @ts-check
import { afterEach, describe, expect, test } from "vitest";
import { CallError } from "../../../webview/js/host/channel.js";
import { ask, events, session } from "../samples.js";
import { actingPage, settled } from "./acting-page.js";
import { button } from "./page.js";

afterEach(() => document.body.replaceChildren());

const USAGE = session().usage;
const SPENT = { inputTokens: 10, outputTokens: 5, cacheTokens: 0, costUsd: 3.18 };
const SUMMARY = {
  today: SPENT,
  week: { ...SPENT, costUsd: 31 },
  days: [],
  agents: [],
  budget: { dayUsd: 10, weekUsd: 30 },
};
const TODOS = [
  { text: "Read", status: /** @type {const} */ ("completed") },
  { text: "Write", status: /** @type {const} */ ("in_progress") },
  { text: "Sing", status: /** @type {const} */ ("cancelled") },
];

describe("the context meter", () => {
  /** @param {number} contextTokens */
  const meter = (contextTokens) =>
    actingPage("side-context", { sessions: [session({ usage: { ...USAGE, contextTokens, contextLimit: 100_000 } })] })
      .element;

  test("says how full it is, and only warns near the end", () => {
    expect(meter(38_000).textContent).toBe("Context38 % of 100 k38,000 tokens");
    expect(meter(38_000).querySelector(".bar")?.getAttribute("data-full")).toBe("false");
    expect(meter(90_000).querySelector(".problem")?.textContent).toContain("Nearly full.");
    expect(meter(90_000).querySelector(".bar")?.getAttribute("data-full")).toBe("true");
  });

  test("is not there for an agent that counts nothing", () => {
    expect(actingPage("side-context").element.hidden).toBe(true);
  });
});

describe("the cost", () => {
  test("of today and this week stands against the budget", () => {
    const { element, store } = actingPage("side-cost", {
      sessions: [session({ usage: { ...USAGE, inputTokens: 5, costUsd: 0.61 } })],
    });
    expect(element.textContent).toBe("CostThis session$0.61Input5Output0");
    store.setUi({ spending: SUMMARY });
    expect(element.textContent).toContain("Today$3.18 of $10.00");
    const full = [...element.querySelectorAll(".bar")].map((bar) => bar.getAttribute("data-full"));
    expect(full).toEqual(["false", "true"]);
  });

  test("is not there where nothing is counted", () => {
    const { element, store } = actingPage("side-cost");
    expect(element.hidden).toBe(true);
    const nothing = { inputTokens: 0, outputTokens: 0, cacheTokens: 0, costUsd: 0 };
    store.setUi({ spending: { ...SUMMARY, today: nothing, week: nothing } });
    expect(element.hidden).toBe(true);
  });
});

describe("the budget's alert", () => {
  test("comes with the hub's word, names the session, and goes for good when it is waved away", () => {
    const { element, store } = actingPage("budget-notice");
    expect(element.hidden).toBe(true);
    const [reached] = events({ type: "pilot.budget.reached", period: "session", spentUsd: 2.1, limitUsd: 2 });
    if (reached) store.apply(reached);
    expect(element.textContent).toContain("“Fix the cart” has cost $2.10. The budget for a session is $2.00.");
    button(element, "Dismiss").click();
    expect(element.hidden).toBe(true);
    store.setUi({ spending: { ...SUMMARY, today: { ...SPENT, costUsd: 12 }, week: SPENT } });
    expect(element.textContent).toContain("Today came to $12.00.");
  });
});

describe("the plan", () => {
  test("says how far it is, and is pinned by a click", async () => {
    const mark = { sessionId: "s1", labels: [], archived: false, todosPinned: true };
    const { element, store, channel } = actingPage(
      "side-todos",
      { sessions: [session({ todos: TODOS })] },
      { "sessions.mark": () => mark },
    );
    expect(element.querySelector(".side-count")?.textContent).toBe("1 of 2");
    button(element, "Pin the to-dos").click();
    await settled();
    expect(channel.named("sessions.mark")[0]?.params).toEqual({ id: "s1", todosPinned: true });
    expect(store.data.marks.s1?.todosPinned).toBe(true);
    expect(button(element, "Unpin").getAttribute("aria-pressed")).toBe("true");
  });

  test("pinned, it is a strip that unfolds and folds", () => {
    const marks = [{ sessionId: "s1", labels: [], archived: false, todosPinned: true }];
    const { element } = actingPage("todo-strip", { sessions: [session({ todos: TODOS })], marks });
    const head = button(element, "To-dos: 1 of 2 done. Now: Write");
    head.click();
    expect(head.getAttribute("aria-expanded")).toBe("true");
    expect(element.querySelectorAll("li")).toHaveLength(3);
    head.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(head.getAttribute("aria-expanded")).toBe("false");
  });

  test("is not pinned by who may only look", () => {
    const viewer = { id: "c", kind: /** @type {const} */ ("device"), name: "", scope: /** @type {const} */ ("view") };
    const { element } = actingPage("side-todos", { sessions: [session({ todos: TODOS })], viewer });
    expect(element.querySelector("button")).toBeNull();
  });
});

test("files that were changed open the diff there", () => {
  const files = [
    { path: "/home/dev/shop/a.js", additions: 1, deletions: 0, status: /** @type {const} */ ("modified") },
  ];
  const { element, store } = actingPage("side-files", { sessions: [session({ files })] });
  button(element, "a.js, changed, +1").click();
  expect([store.ui.sheet, store.ui.diffPath]).toEqual(["diff", "/home/dev/shop/a.js"]);
});

test("sub-agents say how they do", () => {
  const sessions = [
    session(),
    session({ id: "k1", parentId: "s1", rootId: "s1", title: "Look around", createdAt: 1 }),
    session({ id: "k2", parentId: "k1", rootId: "s1", title: "Deeper", state: "busy", createdAt: 2 }),
  ];
  const { element } = actingPage("side-agents", { sessions, asks: [ask({ sessionId: "k1" })] });
  expect([...element.querySelectorAll("button")].map((row) => row.textContent)).toEqual([
    "Look aroundneeds you",
    "Deeperworking",
  ]);
});

describe("servers", () => {
  /** @param {() => any} answer */
  async function unfolded(answer) {
    const shown = actingPage("side-servers", {}, { "sessions.servers": answer });
    expect(shown.channel.calls).toEqual([]);
    const details = shown.element.querySelector("details");
    if (details) details.open = true;
    details?.dispatchEvent(new Event("toggle"));
    await settled();
    return shown.element.querySelector(".servers")?.textContent;
  }

  test("are asked for when they are unfolded, and say what is wrong", async () => {
    const servers = [
      { kind: "mcp", name: "github", state: "connected", tools: 2 },
      { kind: "mcp", name: "db", state: "failed", message: "Connection refused" },
    ];
    expect(await unfolded(() => ({ servers }))).toBe("github MCP · 2 toolsconnecteddb MCPfailedConnection refused");
  });

  test.each([
    ["there are none", () => ({ servers: [] }), "There are none, or the agent does not tell."],
    [
      "the agent does not tell",
      () => Promise.reject(new CallError(409, "unsupported", "No.")),
      "There are none, or the agent does not tell.",
    ],
    [
      "the agent is not there",
      () => Promise.reject(new CallError(503, "agent_unavailable", "OpenCode did not answer.")),
      "OpenCode did not answer.",
    ],
  ])("%s", async (_why, answer, words) => {
    expect(await unfolded(answer)).toBe(words);
  });
});
