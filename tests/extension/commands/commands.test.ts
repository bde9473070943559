import { beforeEach, describe, expect, it } from "vitest";
import { abortSession } from "../../../extension/src/commands/abort";
import { newSession } from "../../../extension/src/commands/newSession";
import { promptSession, promptWithOptions } from "../../../extension/src/commands/prompt";
import { sendFiles, sendSelection } from "../../../extension/src/commands/sendContext";
import { chooseStart } from "../../../extension/src/commands/startOptions";
import { welcome } from "../../../extension/src/commands/walkthrough";
import type { Parts } from "../../../extension/src/parts";
import type { AgentStatus, SnapshotState } from "../../../extension/src/protocol.gen";
import { partsOf } from "../fakes/parts";
import { session } from "../fakes/samples";
import { Scene, settled } from "../fakes/scene";
import { person, screen, Uri, window, workspace } from "../fakes/vscode";

let scene: Scene;
let parts: Parts;

const OPENCODE: AgentStatus = {
  agent: "opencode",
  state: "ready",
  version: "1.18.33",
  connections: 0,
  starts: true,
  unknownEvents: {},
};

function picture(agents: AgentStatus[]): SnapshotState {
  const hub = { version: "1", protocol: 1, machine: "here", startedAt: 1, files: false };
  const tunnel = { state: "off" as const, provider: "", attempts: 0 };
  const empty = { projects: [], sessions: [], marks: [], asks: [], clients: [], confirmations: [] };
  return { cursor: "e-0", hub, ...empty, agents, tunnel };
}

beforeEach(() => {
  scene = new Scene();
  parts = partsOf(scene);
  scene.hub.answers["sessions.prompt"] = () => ({ accepted: true });
  scene.hub.answers["sessions.abort"] = () => ({ accepted: true });
  scene.hub.answers["agents.options"] = () => ({ models: [], policies: [] });
  scene.hub.answers["sessions.create"] = () => ({ sessionId: "ses_new" });
});

async function connectWith(...agents: AgentStatus[]): Promise<void> {
  scene.hub.missed = { cursor: "e-0", snapshot: picture(agents), events: [] };
  await scene.connect();
}

function params(name: string): unknown[] {
  return scene.hub.calls.filter((call) => call.name === name).map((call) => call.params);
}

describe("a new session", () => {
  it("starts in this window's folder with what it shall do, and is shown", async () => {
    await connectWith(OPENCODE);
    workspace.workspaceFolders = [{ uri: Uri.file("/home/ada/app"), name: "app" }];
    person.answers = ["/home/ada/app", "Fix it"];
    await newSession(parts);
    expect(params("sessions.create")).toEqual([
      { agent: "opencode", directory: "/home/ada/app", prompt: { text: "Fix it" } },
    ]);
    expect(person.executed).toContainEqual({
      command: "pilot.dashboard.open",
      given: [{ kind: "session", id: "ses_new" }],
    });
  });

  it("is not started where the workspace is not trusted", async () => {
    await connectWith(OPENCODE);
    workspace.isTrusted = false;
    person.answers = ["Manage Workspace Trust"];
    await newSession(parts);
    expect(scene.hub.calls.map(({ name }) => name)).not.toContain("sessions.create");
    expect(person.executed).toEqual([{ command: "workbench.trust.manage", given: [] }]);
  });

  it.each([[[]], [["/home/ada/app"]]])("starts nothing if the person leaves after %o", async (answers) => {
    await connectWith(OPENCODE);
    workspace.workspaceFolders = [{ uri: Uri.file("/home/ada/app"), name: "app" }];
    person.answers = answers;
    await newSession(parts);
    expect(params("sessions.create")).toEqual([]);
  });

  it("leads to connecting an agent where there is none", async () => {
    await connectWith({ ...OPENCODE, state: "not_installed" });
    person.answers = ["Connect an Agent"];
    await newSession(parts);
    expect(person.executed).toEqual([{ command: "pilot.agents.connect", given: [] }]);
  });

  it("has the model and the policy that were picked", async () => {
    const models = [{ id: "m/1", name: "Model one" }];
    const policies = [{ id: "ask", name: "Ask for everything" }];
    person.answers = ["Model", "Model one", "When it asks", "Ask for", "Start now"];
    expect(await chooseStart({ models, policies })).toEqual({ model: "m/1", policy: "ask" });
    person.answers = ["Model", "Model one"];
    expect(await chooseStart({ models, policies })).toBeUndefined();
    expect(await chooseStart({ models: [], policies: [] })).toEqual({});
  });
});

describe("stopping a turn", () => {
  it("needs no confirmation while nothing waits", async () => {
    await scene.connect();
    scene.session({ state: "busy" });
    await abortSession(parts, "ses_1");
    expect(params("sessions.abort")).toEqual([{ id: "ses_1" }]);
    expect(person.told).toEqual([]);
  });

  it("is confirmed where it would deny what waits", async () => {
    await scene.connect();
    scene.session({ state: "busy" });
    scene.asks({ sessionId: "ses_1" });
    await abortSession(parts, "ses_1");
    expect(params("sessions.abort")).toEqual([]);
    person.answers = ["Stop"];
    await abortSession(parts, "ses_1");
    expect(params("sessions.abort")).toHaveLength(1);
  });

  it("is refused where nothing runs, and for a session that is gone", async () => {
    await scene.connect();
    scene.session();
    await expect(abortSession(parts, "ses_1")).rejects.toThrow("Nothing runs there");
    await expect(abortSession(parts, "ses_gone")).rejects.toThrow("not there any more");
  });
});

describe("a prompt", () => {
  /** Type into the box that is open, and press Enter. */
  async function type(text: string): Promise<void> {
    await settled();
    const box = screen.inputs.at(-1);
    if (!box) throw new Error("no box is open");
    box.value = text;
    box.accept();
  }

  it("is sent, and waits for a running turn where the agent can queue", async () => {
    await scene.connect();
    scene.session({ state: "busy", capabilities: { ...session().capabilities, queue: true } });
    const prompting = promptSession(parts, { session: { id: "ses_1" } });
    await type("Go on");
    await prompting;
    expect(params("sessions.prompt")).toEqual([{ id: "ses_1", text: "Go on", when: "turn_end" }]);
  });

  it("is not sent to a session that takes none", async () => {
    await scene.connect();
    scene.session({ capabilities: { ...session().capabilities, prompt: "none" } });
    await expect(promptSession(parts, "ses_1")).rejects.toThrow("takes prompts in its own terminal only");
  });

  it("can have another agent and model", async () => {
    await scene.connect();
    scene.session();
    scene.hub.answers["sessions.options"] = () => ({
      modes: [{ id: "plan", name: "Plan" }],
      models: [{ id: "m/1", name: "Model one" }],
      commands: [],
    });
    person.answers = ["Plan", "Model one"];
    const prompting = promptWithOptions(parts, "ses_1");
    await type("Think");
    await prompting;
    expect(params("sessions.prompt")).toEqual([{ id: "ses_1", text: "Think", mode: "plan", model: "m/1" }]);
    await promptWithOptions(parts, "ses_1"); // Escape
    expect(params("sessions.prompt")).toHaveLength(1);
  });
});

describe("context for a session", () => {
  function select(text: string): void {
    window.activeTextEditor = {
      document: { uri: Uri.file("/home/ada/app/x.py"), languageId: "python", getText: () => text },
      selection: { isEmpty: !text, start: { line: 4, character: 0 }, end: { line: 6, character: 0 } },
    };
  }

  it("is the selection with its place", async () => {
    await scene.connect();
    scene.session();
    select("a\nb\n");
    person.answers = ["Fix the parser", "Explain"];
    await sendSelection(parts);
    expect(params("sessions.prompt")).toEqual([{ id: "ses_1", text: "Explain\n\n@x.py#L5-6\n```python\na\nb\n```" }]);
  });

  it("offers this window's sessions first", async () => {
    await scene.connect();
    workspace.workspaceFolders = [{ uri: Uri.file("/home/ada/app"), name: "app" }];
    scene.session({ id: "ses_far", title: "Far", directory: "/elsewhere", updatedAt: 9 });
    scene.session({ id: "ses_near", title: "Near", updatedAt: 1 });
    select("a");
    await sendSelection(parts);
    expect(person.offered[0]).toEqual(["this window", "$(circle-outline) Near", "elsewhere", "$(circle-outline) Far"]);
  });

  it("is refused where it is too much, or nothing", async () => {
    await scene.connect();
    scene.session();
    select("x".repeat(60_001));
    await expect(sendSelection(parts)).rejects.toThrow("The selection has 60001 characters; 60000 can be sent.");
    select("");
    await expect(sendSelection(parts)).rejects.toThrow("Select some code first.");
    await expect(sendFiles(parts, Uri.parse("untitled:x"), undefined)).rejects.toThrow("Open a file first");
    expect(params("sessions.prompt")).toEqual([]);
  });

  it("is nothing if the person gives up at the instruction", async () => {
    await scene.connect();
    scene.session();
    person.answers = ["Fix the parser"];
    await sendFiles(parts, Uri.file("/home/ada/app/a.py"), undefined);
    expect(params("sessions.prompt")).toEqual([]);
  });
});

describe("the walkthrough", () => {
  const opened = () => person.executed.filter(({ command }) => command === "workbench.action.openWalkthrough");

  it("opens by itself once, where there is no agent", async () => {
    welcome(parts);
    await connectWith({ ...OPENCODE, state: "not_installed" });
    await settled();
    expect(opened()).toHaveLength(1);
    welcome(parts);
    scene.session();
    await settled();
    expect(opened()).toHaveLength(1);
  });

  it("stays away from whoever has one", async () => {
    welcome(parts);
    await connectWith(OPENCODE);
    await settled();
    expect(opened()).toEqual([]);
    expect(person.context.get("pilot.agents")).toBe(1);
  });
});
