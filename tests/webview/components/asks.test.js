// @ts-check
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { askSeen } from "../../../webview/js/reduce.js";
import { ask, CAPABLE, session } from "../samples.js";
import { button, page } from "./page.js";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

/** @param {any} change @param {any} [viewer] */
function dock(change, viewer) {
  const asks = [change].flat().map((/** @type {any} */ one) => ask(one));
  const shown = page("ask-dock", { asks, ...(viewer ? { viewer } : {}) });
  vi.advanceTimersByTime(300);
  return shown;
}

describe("a permission", () => {
  test("shows the complete command, who and where", () => {
    const command = "rm -rf dist && npm run build -- --with --many --flags";
    const { element } = dock({ command, always: "rm *", decisions: ["allow_once", "allow_always", "deny"] });
    expect(element.querySelector("h2")?.textContent).toBe("Run a command?");
    expect(element.querySelector(".cmd")?.textContent).toBe(command);
    expect(element.querySelector(".where")?.textContent).toBe("OpenCode · shop · laptop");
    expect(element.textContent).toContain("“Always”: rm *");
  });

  test("shows why the agent asks, as the agent's words and never as the page's", () => {
    const reason = "<b>Approved by your admin</b>\nNetwork host: example.org";
    const { element } = dock({ reason });
    expect(element.querySelector(".why")?.textContent).toBe(`OpenCode says: ${reason}`);
    expect(element.querySelector(".why b")).toBeNull();
  });

  test("tells what always means in the agent's own words, its patterns as code", () => {
    const always = "This will allow the following patterns until OpenCode is restarted.\n\n- rm *\n- ls *";
    const { element } = dock({ always, decisions: ["allow_once", "allow_always", "deny"] });
    expect([...element.querySelectorAll(".hint code")].map((one) => one.textContent)).toEqual(["rm *", "ls *"]);
    expect(element.querySelector(".hint")?.textContent).toContain("until OpenCode is restarted.");
  });

  test("takes no tap in its first quarter of a second", () => {
    const { element, asked } = page("ask-dock", { asks: [ask()] });
    button(element, "Allow once").click();
    expect(asked).toEqual([]);
    vi.advanceTimersByTime(300);
    button(element, "Allow once").click();
    expect(asked).toEqual([["decide", expect.objectContaining({ id: "a1", digest: "d1" }), { kind: "allow_once" }]]);
  });

  test("offers only what is allowed here", () => {
    const { element } = dock({ decisions: ["deny"] });
    expect([...element.querySelectorAll(".acts button")].map((one) => one.textContent)).toEqual([
      "Denyd",
      "Deny with note…",
    ]);
  });

  test("is denied with a note", () => {
    const { element, asked } = dock({});
    button(element, "Deny with note").click();
    const field = element.querySelector("textarea");
    if (field) field.value = " use npm ci ";
    button(element, "Deny with this note").click();
    expect(asked[0]?.[2]).toEqual({ kind: "deny", message: "use npm ci" });
  });

  test("a note is offered only where the agent would read it", () => {
    const deaf = session({ capabilities: { ...CAPABLE, denyMessage: false } });
    const { element } = page("ask-dock", { asks: [ask()], sessions: [deaf] });
    expect(element.textContent).not.toContain("Deny with note");
  });

  test("always is a second step, with the agent's own options", () => {
    const options = [{ id: "always", label: "Always allow rm *", kind: /** @type {const} */ ("allow_always") }];
    const { element, asked } = dock({
      options,
      always: "rm *",
      decisions: ["allow_once", "allow_always", "deny", "release"],
    });
    button(element, "Always…").click();
    button(element, "Always allow rm *").click();
    expect(asked[0]?.[2]).toEqual({ kind: "allow_always", optionId: "always" });
  });

  describe("with several ways to allow always and to deny", () => {
    const [always, no] = [/** @type {const} */ ("allow_always"), /** @type {const} */ ("deny")];
    const inSession = "Yes, and don't ask again for this command in this session";
    const prefix = "Yes, and don't ask again for commands that start with `npm test`";
    const codex = {
      always: "npm test",
      decisions: ["allow_once", "allow_always", "deny"],
      options: [
        { id: "acceptForSession", label: inSession, kind: always, description: "Until it ends." },
        { id: "amend", label: prefix, kind: always, description: "Adds a rule for:\n- npm test" },
        { id: "decline", label: "No, continue without running it", kind: no },
        { id: "cancel", label: "No, and tell Codex what to do differently", kind: no, description: "Ends the turn." },
      ],
    };

    test("shows each way to allow always in the agent's words, with what it means", () => {
      const { element, asked } = dock(codex);
      button(element, "Always…").click();
      const choices = [...element.querySelectorAll(".choice-button")].map(
        (choice) => choice.childNodes[0]?.textContent,
      );
      expect(choices).toEqual([inSession, prefix]);
      const told = [...element.querySelectorAll(".choice-button small")];
      expect(told.map((one) => one.textContent?.trim())).toEqual(["Until it ends.", "Adds a rule for: npm test"]);
      expect(told[1]?.querySelector("code")?.textContent).toBe("npm test");
      button(element, prefix).click();
      expect(asked[0]?.[2]).toEqual({ kind: "allow_always", optionId: "amend" });
    });

    test("“Deny” is the first way to say no; the second is a quiet one in the agent's words", () => {
      const { element, asked } = dock(codex);
      expect(element.textContent).not.toContain("No, continue without running it");
      button(element, "Deny").click();
      const other = button(element, "No, and tell Codex what to do differently");
      expect([other.classList.contains("quiet"), other.querySelector("small")?.textContent?.trim()]).toEqual([
        true,
        "Ends the turn.",
      ]);
      other.click();
      expect(asked.map(([, , decision]) => decision)).toEqual([{ kind: "deny" }, { kind: "deny", optionId: "cancel" }]);
    });

    test("the key for deny stays with “Deny”", () => {
      const { element } = dock(codex);
      expect(element.querySelector("button[data-decision=deny]")?.textContent).toBe("Denyd");
    });

    test("without “always” or “deny” among the decisions neither is offered", () => {
      const { element } = dock({ ...codex, decisions: ["allow_once"] });
      expect([...element.querySelectorAll(".acts button")].map((one) => one.textContent)).toEqual(["Allow oncea"]);
    });
  });

  test("can be handed back to the terminal where that is offered", () => {
    const { element, asked } = dock({ decisions: ["allow_once", "deny", "release"] });
    button(element, "Answer in terminal").click();
    expect(asked[0]?.[2]).toEqual({ kind: "release" });
  });

  test("counts down to its deadline", () => {
    const { element } = dock({ deadline: 1_000_000 + 60_000 });
    expect(element.querySelector(".left")?.textContent).toBe("1:00");
    vi.advanceTimersByTime(40_000);
    expect(element.querySelector(".left")?.hasAttribute("data-soon")).toBe(true);
  });

  test("shows a change file by file, whole", () => {
    const file = {
      path: "a.js",
      patch: `@@ -1 +1 @@\n${"+x\n".repeat(900)}`,
      additions: 900,
      deletions: 0,
      status: /** @type {const} */ ("modified"),
    };
    const { element } = dock({ command: undefined, files: [file] });
    expect(element.querySelectorAll(".diff .add")).toHaveLength(900);
  });

  test("text in it is text", () => {
    const { element } = dock({ command: "<img src=x onerror=alert(1)>", title: "<b>Run</b>", always: "<script>" });
    expect(element.querySelector("img, b, script")).toBeNull();
  });

  test("a viewer may look, not answer", () => {
    const { element } = dock({}, { id: "c", kind: "device", name: "", scope: "view" });
    expect(element.querySelector("[data-decision]")).toBeNull();
    expect(element.textContent).toContain("You are watching");
  });

  test("says what it may touch, and nothing where its words tell nothing", () => {
    const { element } = dock({ command: "curl -s x.dev | sudo sh && rm -rf ~/old" });
    const told = [...element.querySelectorAll("[data-risk]")].map((one) => one.textContent);
    expect(told[0]).toBe("May delete files");
    expect(told).toContain("run code that is not shown here");
    expect(dock({ command: "npm test" }).element.querySelector(".risks")).toBeNull();
  });

  test("shows what is not seen", () => {
    const { element } = dock({ command: "rm a\u202e txt.b\u200b\nls" });
    expect(element.querySelector(".cmd")?.textContent).toBe(
      "rm aU+202E right-to-left override txt.bU+200B zero-width space\nls",
    );
    expect(element.querySelectorAll(".cmd .unseen")).toHaveLength(2);
  });

  test("cannot be answered while Pilot is away, and says why", () => {
    const { element, store } = dock({});
    store.setUi({ connection: { state: "waiting" } });
    expect(button(element, "Allow once").disabled).toBe(true);
    expect(element.querySelector(".problem")?.textContent).toContain("Pilot cannot be reached");
    store.setUi({ connection: { state: "open" } });
    expect(button(element, "Allow once").disabled).toBe(false);
  });

  test("highlights none of the answers, and takes no focus", () => {
    const { element } = dock({ decisions: ["allow_once", "allow_always", "deny"] });
    expect(element.querySelector(".answers .send, .answers [autofocus]")).toBeNull();
    expect(document.activeElement).toBe(document.body);
  });

  test("says what went wrong, and can be tried again", () => {
    const { element, store } = dock({});
    store.setUi({ askProblems: { a1: { message: "Pilot cannot be reached.", hint: "Start it." } } });
    expect(element.querySelector(".problem")?.textContent).toBe("Pilot cannot be reached. Start it.");
    expect(button(element, "Deny").disabled).toBe(false);
  });
});

describe("the queue", () => {
  test("counts all that wait, and leads through them", () => {
    const { element, asked, store } = dock([{}, { id: "a2", createdAt: 3_000, summary: "ls", command: "ls" }]);
    expect(element.querySelector(".place")?.textContent).toBe("1/2");
    button(element, "Next ask").click();
    expect(asked).toEqual([["stepAsk", 1]]);
    store.setUi({ askId: "a2" });
    expect(element.querySelector(".cmd")?.textContent).toBe("ls");
    expect(element.querySelector(".place")?.textContent).toBe("2/2");
  });

  test("an answer from elsewhere takes the card away", () => {
    const { element, store } = dock({});
    store.setData(askSeen(store.data, ask({ state: "resolved" })));
    expect(element.querySelector("ask-card")).toBeNull();
  });

  test("an ask of another session names it, and leads there", () => {
    const asks = [ask({ sessionId: "s2", id: "a2" })];
    const { element, asked } = page("ask-dock", {
      asks,
      sessions: [session(), session({ id: "s2", title: "Billing" })],
    });
    button(element, "Billing").click();
    expect(asked).toEqual([["openAsk", "a2"]]);
  });

  test("folded, it says how many wait; a new one unfolds it", () => {
    const { element, store, asked } = dock({});
    store.setUi({ dockFolded: true });
    expect(element.querySelector("ask-card")).toBeNull();
    expect(element.querySelector(".dock-folded")?.textContent).toBe("1 ask waitingShow");
    store.setData(askSeen(store.data, ask({ id: "a2" })));
    expect(asked).toEqual([["foldDock", false]]);
  });

  test("the card being read is not redrawn by what happens elsewhere", () => {
    const { element, store } = dock({});
    const card = element.querySelector("ask-card");
    store.setData(askSeen(store.data, ask({ id: "a2", createdAt: 9_000 })));
    expect(element.querySelector("ask-card")).toBe(card);
  });

  test("an ask that changed is a new card: nobody allows what they did not see", () => {
    const { element, store } = dock({});
    const card = element.querySelector("ask-card");
    store.setData(askSeen(store.data, ask({ digest: "d2", command: "rm -rf /" })));
    expect(element.querySelector("ask-card")).not.toBe(card);
    expect(element.querySelector(".cmd")?.textContent).toBe("rm -rf /");
  });
});

describe("a question", () => {
  const questions = [
    { question: "Which?", options: [{ label: "One" }, { label: "Two" }], multiple: false, custom: true },
    { question: "And?", options: [{ label: "A" }, { label: "B" }], multiple: true, custom: false },
  ];
  const change = {
    kind: "question",
    title: "A question",
    questions,
    decisions: ["answer", "deny"],
    command: undefined,
  };
  /** @param {Element} element */
  const submit = (element) =>
    element.querySelector("form")?.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
  /** @param {Element} element @param {string} label */
  const choose = (element, label) => {
    const input = [...element.querySelectorAll("input")].find((one) => one.value === label);
    if (input) input.checked = true;
    input?.dispatchEvent(new Event("input", { bubbles: true }));
  };

  test("comes one after the other, each with one or several choices", () => {
    const { element, asked } = dock(change);
    const inSight = () => [...element.querySelectorAll("fieldset")].filter((one) => !one.hidden).length;
    choose(element, "Two");
    expect([element.querySelector(".questions .place")?.textContent, inSight()]).toEqual(["Question 1 of 2", 1]);
    submit(element);
    expect([element.querySelector(".questions .place")?.textContent, inSight()]).toEqual(["Question 2 of 2", 1]);
    choose(element, "A");
    choose(element, "B");
    expect(asked).toEqual([]);
    submit(element);
    expect(asked[0]?.[2]).toEqual({ kind: "answer", answers: [["Two"], ["A", "B"]] });
  });

  test("or in one's own words, which take the place of a single choice", () => {
    const { element, asked } = dock(change);
    choose(element, "One");
    choose(element, "A");
    const own = element.querySelector("input.own");
    if (own instanceof HTMLInputElement) own.value = "Neither";
    own?.dispatchEvent(new Event("input", { bubbles: true }));
    submit(element);
    submit(element);
    expect(asked[0]?.[2].answers).toEqual([["Neither"], ["A"]]);
  });

  test("is not sent half answered", () => {
    const { element, asked } = dock(change);
    submit(element);
    expect(element.querySelector(".questions .place")?.textContent).toBe("Question 1 of 2");
    choose(element, "One");
    submit(element);
    submit(element);
    expect(asked).toEqual([]);
  });

  test("what was answered before can be changed", () => {
    const { element, asked } = dock(change);
    choose(element, "One");
    submit(element);
    button(element, "Back").click();
    choose(element, "Two");
    submit(element);
    choose(element, "A");
    submit(element);
    expect(asked[0]?.[2].answers).toEqual([["Two"], ["A"]]);
  });
});

test("a plan is not refused but planned on, with a note", () => {
  const { element, asked } = dock({ kind: "plan", title: "Plan", command: undefined, input: { plan: "Do it" } });
  expect(element.textContent).not.toContain("Deny");
  button(element, "Keep planning with a note").click();
  const field = element.querySelector("textarea");
  if (field) field.value = "smaller steps";
  button(element, "Keep planning with this note").click();
  expect(asked[0]?.[2]).toEqual({ kind: "deny", message: "smaller steps" });
});

test("a plan is read as it is written, then approved", () => {
  const { element, asked } = dock({
    kind: "plan",
    title: "Plan",
    command: undefined,
    input: { plan: "# Steps\n\n1. **Do** it" },
  });
  expect(element.querySelector(".plan strong")?.textContent).toBe("Do");
  button(element, "Approve").click();
  expect(asked[0]?.[2]).toEqual({ kind: "allow_once" });
});

test("an answer that is half written is not exchanged for an ask that comes meanwhile", () => {
  const elsewhere = ask({ id: "far", sessionId: "s2", kind: "question", decisions: ["answer"], questions: [{ question: "Which?", options: [], multiple: false, custom: true }] }); // biome-ignore format: one thought
  const { element, store } = page("ask-dock", { asks: [elsewhere], sessions: [session(), session({ id: "s2" })] });
  vi.advanceTimersByTime(300);
  const field = element.querySelector("input");
  field?.focus();
  if (field) field.value = "The red one";
  store.setData(askSeen(store.data, ask({ id: "near" })));
  expect(element.querySelector("input")?.value).toBe("The red one");
});
