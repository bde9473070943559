/** Sessions and asks to test with. */
import type { Ask, DeviceView, PairingLink, PairingWay, Session } from "../../../extension/src/protocol.gen";

const USAGE = {
  inputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: 0,
};

export function session(changes: Partial<Session> = {}): Session {
  return {
    id: "ses_1",
    agent: "opencode",
    projectId: "p1",
    directory: "/home/ada/app",
    title: "Fix the parser",
    state: "idle",
    live: true,
    createdAt: 1,
    updatedAt: 1,
    lastLine: "",
    capabilities: {
      stream: "tokens",
      approve: "race",
      always: true,
      denyMessage: true,
      prompt: "now",
      queue: false,
      resume: false,
      interrupt: true,
      history: true,
      usage: true,
      images: false,
      guarded: false,
    },
    usage: USAGE,
    todos: [],
    files: [],
    demo: false,
    ...changes,
  };
}

export function ask(changes: Partial<Ask> = {}): Ask {
  return {
    id: "per_1",
    kind: "permission",
    state: "pending",
    digest: "d1",
    agent: "opencode",
    sessionId: "ses_1",
    parents: [],
    projectId: "p1",
    directory: "/home/ada/app",
    machine: "here",
    createdAt: 1,
    tool: "edit",
    title: "Edit app.py",
    summary: "app.py",
    files: [
      { path: "/home/ada/app/app.py", patch: "@@ -1 +1 @@\n-a\n+b\n", additions: 1, deletions: 1, status: "modified" },
    ],
    input: {},
    questions: [],
    options: [],
    decisions: ["allow_once", "deny"],
    terminal: "race",
    ...changes,
  };
}

export function device(changes: Partial<DeviceView> = {}): DeviceView {
  return {
    id: "dev_1",
    name: "Firefox on Android",
    scope: "operate",
    createdAt: 1,
    lastSeenAt: 1,
    online: false,
    push: false,
    this: false,
    ...changes,
  };
}

const QR = { size: 29, path: "M0 0h7v1h-7z" };

export function way(url: string, label: string, secure = false): PairingWay {
  const address = { url, reach: secure ? ("tunnel" as const) : ("lan" as const), label, secure };
  return { address, url: `${url}/pair#code=abc`, qr: QR };
}

export function pairingLink(changes: Partial<PairingLink> = {}): PairingLink {
  return {
    url: "http://127.0.0.1:4097/pair#code=abc",
    code: "abc",
    short: "ABCD-EFGH",
    scope: "operate",
    expiresAt: 5,
    confirm: false,
    qr: QR,
    ways: [way("http://192.168.1.2:4097", "Wi-Fi (wlan0)"), way("https://x.example.org", "cloudflared", true)],
    ...changes,
  };
}
