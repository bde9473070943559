/** What stands on the fake screen: pickers, input boxes, status bar items, trees, notifications that run. */
import { type Disposable, EventEmitter } from "./events";

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class MarkdownString {
  value = "";
  isTrusted: boolean | undefined;
  supportHtml: boolean | undefined;
  supportThemeIcons: boolean | undefined;

  /** As VS Code does it: nothing in the text is markup. */
  appendText(text: string): this {
    this.value += text.replace(/[\\`*_{}[\]()#+\-!~]/g, "\\$&").replace(/\n/g, "\n\n");
    return this;
  }

  appendCodeblock(text: string, language = ""): this {
    const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
    this.value += `\n${fence}${language}\n${text}\n${fence}\n`;
    return this;
  }
}

export class TreeItem {
  id?: string;
  contextValue?: string;
  description?: string;
  tooltip?: unknown;
  iconPath?: unknown;
  command?: { command: string; arguments?: unknown[] };
  accessibilityInformation?: { label: string };

  constructor(
    readonly label: string,
    readonly collapsibleState: number,
  ) {}
}

export interface Item {
  label: string;
  kind?: number;
  description?: string;
  detail?: string;
  buttons?: { tooltip?: string }[];
}

/** A picker or an input box; a test plays the person. */
export class FakeInput {
  title: string | undefined;
  placeholder: string | undefined;
  prompt: string | undefined;
  step: number | undefined;
  totalSteps: number | undefined;
  validationMessage: unknown;
  value = "";
  items: Item[] = [];
  activeItems: Item[] = [];
  selectedItems: Item[] = [];
  buttons: unknown[] = [];
  canSelectMany = false;
  ignoreFocusOut = false;
  keepScrollPosition = false;
  matchOnDescription = false;
  matchOnDetail = false;
  open = false;
  readonly #accept = new EventEmitter<void>();
  readonly #hide = new EventEmitter<void>();
  readonly #button = new EventEmitter<unknown>();
  readonly #itemButton = new EventEmitter<{ item: Item; button: unknown }>();
  readonly #value = new EventEmitter<string>();
  readonly onDidAccept = this.#accept.event;
  readonly onDidHide = this.#hide.event;
  readonly onDidTriggerButton = this.#button.event;
  readonly onDidTriggerItemButton = this.#itemButton.event;
  readonly onDidChangeValue = this.#value.event;

  show(): void {
    this.open = true;
  }

  hide(): void {
    if (!this.open) return;
    this.open = false;
    this.#hide.fire();
  }

  dispose(): void {
    this.hide();
  }

  /** Press Escape. */
  escape(): void {
    this.hide();
  }

  back(): void {
    this.#button.fire(this.buttons[0]);
  }

  /** Enter, with nothing typed and nothing moved: the first line that can be chosen. */
  enter(): void {
    this.accept(this.activeItems[0] ?? this.items.find((item) => item.kind !== -1));
  }

  /** Choose the lines that contain these words. */
  choose(...words: string[]): void {
    const found = words.map((word) => this.line(word));
    this.accept(...found);
  }

  accept(...items: (Item | undefined)[]): void {
    this.selectedItems = items.filter((item) => item !== undefined);
    this.#accept.fire();
  }

  type(text: string): void {
    this.value = text;
    this.#value.fire(text);
    this.#accept.fire();
  }

  press(words: string, button: string): void {
    const item = this.line(words);
    const found = item.buttons?.find(({ tooltip }) => tooltip?.includes(button));
    if (!found) throw new Error(`no button ${button} on ${item.label}`);
    this.#itemButton.fire({ item, button: found });
  }

  line(words: string): Item {
    const found = this.items.find((item) => `${item.label} ${item.description} ${item.detail}`.includes(words));
    if (!found) throw new Error(`no line ${words} in ${this.items.map(({ label }) => label).join(" | ")}`);
    return found;
  }
}

export class FakeStatusBarItem {
  text = "";
  name: string | undefined;
  command: string | undefined;
  tooltip: MarkdownString | undefined;
  backgroundColor: ThemeColor | undefined;
  accessibilityInformation: { label: string } | undefined;
  shown = false;

  constructor(readonly id: string) {}

  show(): void {
    this.shown = true;
  }

  hide(): void {
    this.shown = false;
  }

  dispose(): void {
    this.shown = false;
  }
}

/** A page among the editors; a test speaks for it. */
export class FakePanel {
  visible = true;
  iconPath: unknown;
  readonly posted: unknown[] = [];
  readonly #said = new EventEmitter<unknown>();
  readonly #gone = new EventEmitter<void>();
  readonly onDidDispose = this.#gone.event;
  readonly webview = {
    html: "",
    onDidReceiveMessage: this.#said.event,
    postMessage: async (message: unknown) => this.posted.push(message) > 0,
  };

  constructor(public title: string) {}

  say(message: unknown): void {
    this.#said.fire(message);
  }

  reveal(): void {
    this.visible = true;
  }

  dispose(): void {
    this.#gone.fire();
  }
}

/** A progress notification. */
export class FakeToast {
  message = "";
  open = true;
  readonly #cancel = new EventEmitter<void>();

  constructor(readonly title: string) {}

  get text(): string {
    return `${this.title}: ${this.message}`;
  }

  /** Addresses of the links in it, as VS Code finds them. */
  get links(): { label: string; href: string }[] {
    const found = this.text.matchAll(/\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(?:.+?)\3)?\)/gi);
    return [...found].map(([, label = "", href = ""]) => ({ label, href }));
  }

  run(task: (progress: unknown, token: unknown) => PromiseLike<unknown>): PromiseLike<unknown> {
    const report = ({ message }: { message?: string }): void => {
      this.message = message ?? this.message;
    };
    const done = task({ report }, { isCancellationRequested: false, onCancellationRequested: this.#cancel.event });
    return Promise.resolve(done).then((value) => {
      this.open = false;
      return value;
    });
  }

  /** Press the button that closes it. */
  later(): void {
    this.#cancel.fire();
  }
}

export class FakeTreeView {
  badge: { value: number; tooltip: string } | undefined;
  message: string | undefined;
  visible = true;
  drawn: unknown[] = [];
  readonly onDidChangeVisibility = new EventEmitter<unknown>().event;

  constructor(
    readonly id: string,
    readonly provider: { onDidChangeTreeData?: (listener: (element: unknown) => void) => Disposable },
  ) {
    provider.onDidChangeTreeData?.((element) => this.drawn.push(element));
  }

  dispose(): void {}
}

/** Everything that was put on the screen since `reset`, oldest first. */
export class Screen {
  inputs: FakeInput[] = [];
  statusBar: FakeStatusBarItem[] = [];
  toasts: FakeToast[] = [];
  trees: FakeTreeView[] = [];
  panels: FakePanel[] = [];
  settings = new Map<string, unknown>();

  reset(): void {
    this.inputs = [];
    this.statusBar = [];
    this.toasts = [];
    this.trees = [];
    this.panels = [];
    this.settings = new Map();
  }

  /** The picker or box in front; fails when there is none. */
  get input(): FakeInput {
    const found = this.inputs.findLast(({ open }) => open);
    if (!found) throw new Error("nothing is asked");
    return found;
  }

  get openToasts(): FakeToast[] {
    return this.toasts.filter(({ open }) => open);
  }

  ask(): FakeInput {
    const input = new FakeInput();
    this.inputs.push(input);
    return input;
  }

  run(options: { title?: string }, task: (progress: unknown, token: unknown) => PromiseLike<unknown>) {
    const toast = new FakeToast(options.title ?? "");
    this.toasts.push(toast);
    return toast.run(task);
  }

  item(id: string): FakeStatusBarItem {
    const item = new FakeStatusBarItem(id);
    this.statusBar.push(item);
    return item;
  }

  panel(title: string): FakePanel {
    const panel = new FakePanel(title);
    this.panels.push(panel);
    return panel;
  }

  tree(id: string, provider: FakeTreeView["provider"]): FakeTreeView {
    const view = new FakeTreeView(id, provider);
    this.trees.push(view);
    return view;
  }
}
