/** The person at the fake editor: what they were told and asked, and what they answer. */
import { Disposable, EventEmitter } from "./events";

export interface Told {
  kind: "info" | "warning" | "error" | "status";
  message: string;
  buttons: string[];
}

type Run = (...given: unknown[]) => unknown;

/** Everything that happened since `reset`, and the answers to come, in order. */
export class Person {
  told: Told[] = [];
  /** Commands that were executed, with their arguments. */
  executed: { command: string; given: unknown[] }[] = [];
  /** Answers to quick picks (a label), input boxes (a text) and messages (a button); none left means Escape. */
  answers: string[] = [];
  /** Labels of each quick pick that was shown. */
  offered: string[][] = [];
  clipboard = "";
  readonly commands = new Map<string, Run>();
  readonly context = new Map<string, unknown>();
  readonly documents = new EventEmitter<unknown>();
  /** They come to the window, or leave it. */
  readonly windows = new EventEmitter<unknown>();

  reset(): void {
    this.told = [];
    this.executed = [];
    this.answers = [];
    this.offered = [];
    this.clipboard = "";
    this.commands.clear();
    this.context.clear();
    this.documents.dispose();
    this.windows.dispose();
  }

  /** Say something; answers with the button that was meant for it. */
  async tell(kind: Told["kind"], message: string, given: unknown[]): Promise<string | undefined> {
    const buttons = given.filter((one) => typeof one === "string");
    this.told.push({ kind, message, buttons });
    return buttons.length ? this.#answerAmong(buttons) : undefined;
  }

  async pick(items: unknown): Promise<unknown> {
    const all: unknown = await items;
    if (!Array.isArray(all)) return undefined;
    this.offered.push(all.map(labelOf));
    const wanted = this.answers.shift();
    return all.find((item) => wanted !== undefined && labelOf(item).includes(wanted));
  }

  async type(): Promise<string | undefined> {
    return this.answers.shift();
  }

  register(command: string, run: Run): Disposable {
    if (this.commands.has(command)) throw new Error(`command '${command}' already exists`);
    this.commands.set(command, run);
    return new Disposable(() => this.commands.delete(command));
  }

  async execute(command: string, ...given: unknown[]): Promise<unknown> {
    if (command === "setContext") return void this.context.set(String(given[0]), given[1]);
    this.executed.push({ command, given });
    return this.commands.get(command)?.(...given);
  }

  #answerAmong(buttons: string[]): string | undefined {
    return buttons.find((button) => button === this.answers[0]) && this.answers.shift();
  }
}

function labelOf(item: unknown): string {
  if (typeof item === "string") return item;
  return typeof item === "object" && item !== null && "label" in item ? String(item.label) : "";
}
