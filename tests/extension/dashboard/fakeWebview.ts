/** A webview without a page: the test is the page. */
import type { ToPage } from "../../../extension/src/dashboard/messages";
import { EventEmitter } from "../fakes/vscode";

export class FakeWebview {
  readonly posted: ToPage[] = [];
  readonly #said = new EventEmitter<unknown>();
  readonly onDidReceiveMessage = this.#said.event;
  /** Whether it still takes messages. */
  open = true;

  async postMessage(message: ToPage): Promise<boolean> {
    if (!this.open) throw new Error("Webview is disposed");
    this.posted.push(message);
    return true;
  }

  /** Speak as the page. */
  say(...messages: unknown[]): void {
    for (const message of messages) this.#said.fire(message);
  }

  /** What was posted of one type since the last time. */
  take<T extends ToPage["type"]>(type: T): Extract<ToPage, { type: T }>[] {
    const found = this.posted.filter((message): message is Extract<ToPage, { type: T }> => message.type === type);
    this.posted.splice(0, this.posted.length, ...this.posted.filter((message) => message.type !== type));
    return found;
  }
}
