/** Notifications of what agents ask: at most a few, gone as soon as it is answered anywhere. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Board } from "../board";
import type { Assigned } from "../notices/assigned";
import type { Ask } from "../protocol.gen";
import type { Decider } from "./decide";
import { approveLabel, denyLabel } from "./offers";
import { beforeLinks, commandLink, Toast } from "./toast";
import { isBrief } from "./whole";
import { gistOf, whoAsks } from "./words";

const GATHER_MS = 80; // asks of one moment are told together
const MOST = 3; // as many as VS Code shows at once
const GIST = 260; // characters; VS Code cuts a message, with its links, at 1,000

/** Runs a link of a notification; not in the palette, and its key cannot be guessed. */
export const NOTICE_COMMAND = "pilot.notice";

interface Notice {
  ask: Ask;
  toast: Toast;
}

export class Notices implements vscode.Disposable {
  readonly #since = Date.now();
  readonly #notices = new Map<string, Notice>();
  readonly #keys = new Map<string, string>();
  /** Those that the person put off, as they were then: they are not told again. */
  readonly #later = new Set<string>();
  #gathered: Ask[] = [];
  #timer: NodeJS.Timeout | undefined;
  #more: { toast: Toast; ids: Set<string> } | undefined;
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly board: Board,
    private readonly assigned: Assigned,
    private readonly decider: Decider,
    private readonly inView: () => boolean,
  ) {
    this.#subscriptions = [
      assigned.onAsk((ask) => this.#gather(ask)),
      assigned.onTakenBack(({ askId, digest }) => this.#takeBack(askId, digest)),
      board.onAnswered((ask) => this.#end(ask)),
      board.onChange(() => this.#renew()),
      vscode.commands.registerCommand(NOTICE_COMMAND, (key: unknown, what: unknown) => this.#press(String(key), what)),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const id of [...this.#notices.keys()]) this.#withdraw(id);
    this.#more?.toast.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #gather(ask: Ask): void {
    this.#gathered.push(ask);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell(this.#gathered.splice(0));
    }, GATHER_MS);
  }

  #tell(asks: Ask[]): void {
    if (!this.#wanted()) return;
    const still = asks.flatMap(({ id }) => this.board.state.asks[id] ?? []).filter((ask) => this.#isNew(ask));
    const fresh = still.filter((ask) => ask.createdAt >= this.#since);
    const room = this.#more ? 0 : Math.max(0, MOST - this.#notices.size);
    const shown = fresh.length <= room ? fresh : [];
    for (const ask of shown) this.#show(ask);
    this.#summarise(still.filter((ask) => !shown.includes(ask)));
  }

  /** Whether it waits, and the person neither has it before them nor put it off. */
  #isNew(ask: Ask): boolean {
    const shown = this.#notices.get(ask.id)?.ask.digest === ask.digest || this.#more?.ids.has(ask.id);
    return ask.state === "pending" && !shown && !this.#later.has(nameOf(ask));
  }

  #wanted(): boolean {
    const when = vscode.workspace.getConfiguration("pilot").get<string>("notifications.asks");
    return when === "always" || (when !== "never" && !this.inView());
  }

  #show(ask: Ask): void {
    const key = randomUUID();
    this.#keys.set(key, ask.id);
    const title = beforeLinks(vscode.l10n.t("{0} asks", whoAsks(this.board.state, ask)));
    const text = `${beforeLinks(gistOf(ask, GIST))}  ${linksOf(ask, key)}`;
    this.#notices.set(ask.id, { ask, toast: new Toast(title, text, () => this.#putOff([ask.id])) });
  }

  /** One notification for all that got none of their own. */
  #summarise(asks: Ask[]): void {
    if (!asks.length) return;
    const told = this.#more ? asks : [...this.#makeRoom(), ...asks];
    const ids = new Set([...(this.#more?.ids ?? []), ...told.map((ask) => ask.id)]);
    if (this.#more) this.#more.ids = ids;
    else this.#more = { ids, toast: new Toast("Pilot", moreWords(ids.size), () => this.#putOffMore()) };
    this.#more.toast.say(moreWords(ids.size));
  }

  /** Fold the newest one: those that VS Code must hide would run in the status bar instead. */
  #makeRoom(): Ask[] {
    const last = this.#notices.size < MOST ? undefined : [...this.#notices.values()].at(-1);
    if (!last) return [];
    this.#withdraw(last.ask.id);
    return [last.ask];
  }

  /** The person said “later”. */
  #putOff(ids: string[]): void {
    for (const id of ids) {
      const ask = this.board.state.asks[id];
      if (ask) this.#later.add(nameOf(ask));
      this.#withdraw(id);
    }
  }

  #putOffMore(): void {
    this.#putOff([...(this.#more?.ids ?? [])]);
    this.#forgetMore();
  }

  #end(ask: Ask): void {
    this.#later.delete(nameOf(ask));
    this.#withdraw(ask.id);
  }

  /** Another surface tells of it, or nobody needs to; what it is by now is another notice. */
  #takeBack(id: string | undefined, digest: string | undefined): void {
    this.#gathered = this.#gathered.filter((ask) => ask.id !== id || ask.digest !== digest);
    if (id !== undefined && (this.#notices.get(id)?.ask.digest ?? digest) === digest) this.#withdraw(id);
  }

  #withdraw(id: string): void {
    this.#notices.get(id)?.toast.dispose();
    this.#notices.delete(id);
    for (const [key, of] of this.#keys) if (of === id) this.#keys.delete(key);
    if (!this.#more?.ids.delete(id)) return;
    if (this.#more.ids.size) this.#more.toast.say(moreWords(this.#more.ids.size));
    else this.#forgetMore();
  }

  #forgetMore(): void {
    this.#more?.toast.dispose();
    this.#more = undefined;
  }

  /** An ask that is another one now is shown anew: its old notification would decide on what it was. */
  #renew(): void {
    for (const { ask } of [...this.#notices.values()]) {
      const now = this.board.state.asks[ask.id];
      if (now?.state !== "pending" || now.digest === ask.digest) continue;
      this.#withdraw(ask.id);
      this.assigned.changed(now);
    }
  }

  #press(key: string, what: unknown): unknown {
    const notice = this.#notices.get(this.#keys.get(key) ?? "");
    if (!notice) return vscode.window.showInformationMessage(vscode.l10n.t("That was answered or changed meanwhile."));
    if (what === "approve") return this.decider.decide(notice.ask, { kind: "allow_once" });
    if (what === "deny") return this.decider.decide(notice.ask, { kind: "deny" });
    return vscode.commands.executeCommand("pilot.ask.answer", { ask: notice.ask });
  }
}

/** An ask as it is now: changed, it is another one. */
function nameOf({ id, digest }: Ask): string {
  return `${id} ${digest}`;
}

/** At most three: allowing only where the line above says all of it. */
function linksOf(ask: Ask, key: string): string {
  const link = (label: string, what: string): string => commandLink(label, NOTICE_COMMAND, key, what);
  const links: string[] = [];
  if (ask.decisions.includes("allow_once") && isBrief(ask)) links.push(link(approveLabel(ask), "approve"));
  if (ask.decisions.includes("deny")) links.push(link(denyLabel(ask), "deny"));
  const answered = ask.kind === "question" && ask.decisions.includes("answer");
  links.push(link(answered ? vscode.l10n.t("Answer…") : vscode.l10n.t("Show"), "show"));
  return links.join(" · ");
}

function moreWords(amount: number): string {
  const said = amount === 1 ? vscode.l10n.t("1 ask waits for you.") : vscode.l10n.t("{0} asks wait for you.", amount);
  return `${said}  ${commandLink(vscode.l10n.t("Answer…"), "pilot.answer")}`;
}
