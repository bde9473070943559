/** As much of VS Code as the units under test touch; grows with them. */
import { Disposable, EventEmitter } from "./events";
import { Person } from "./person";
import { type FakeTreeView, MarkdownString, Screen, ThemeColor, TreeItem } from "./screen";
import { TabInputText, TabInputTextDiff, Tabs } from "./tabs";
import { Uri } from "./uri";

export { Disposable, EventEmitter, MarkdownString, TabInputText, TabInputTextDiff, ThemeColor, TreeItem, Uri };

/** Who sits at the editor; tests look at and answer for them. */
export const person = new Person();

/** What stands on the screen; tests look at it and press its buttons. */
export const screen = new Screen();

export enum ProgressLocation {
  Notification = 15,
}

export enum StatusBarAlignment {
  Left = 1,
}

export enum TreeItemCollapsibleState {
  None = 0,
  Collapsed = 1,
  Expanded = 2,
}

export const QuickInputButtons = { Back: { tooltip: "Back" } };

export enum QuickPickItemKind {
  Separator = -1,
  Default = 0,
}

export enum LogLevel {
  Off = 0,
  Trace = 1,
}

export enum UIKind {
  Desktop = 1,
  Web = 2,
}

export enum ViewColumn {
  Active = -1,
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export const l10n = {
  t: (text: string, ...given: unknown[]) => text.replace(/\{(\d+)\}/g, (hole, n) => String(given[Number(n)] ?? hole)),
};

/** Other extensions, by id; tests install them. */
export const extensions = {
  installed: new Map<string, { isActive: boolean; exports: unknown; activate(): Promise<unknown> }>(),
  getExtension: (id: string) => extensions.installed.get(id),
};

export const commands = {
  registerCommand: (command: string, run: (...given: unknown[]) => unknown) => person.register(command, run),
  executeCommand: (command: string, ...given: unknown[]) => person.execute(command, ...given),
};

export const env = {
  uriScheme: "code-oss",
  uiKind: UIKind.Web,
  remoteName: undefined as string | undefined,
  appName: "Code",
  clipboard: {
    async writeText(text: string) {
      person.clipboard = text;
    },
  },
  async openExternal() {
    return true;
  },
};

export const window = {
  state: { focused: true, active: true },
  onDidChangeWindowState: (listener: (state: unknown) => unknown) => person.windows.event(listener),
  tabGroups: new Tabs(),
  activeTextEditor: undefined as unknown,
  showInformationMessage: (message: string, ...given: unknown[]) => person.tell("info", message, given),
  showWarningMessage: (message: string, ...given: unknown[]) => person.tell("warning", message, given),
  showErrorMessage: (message: string, ...given: unknown[]) => person.tell("error", message, given),
  setStatusBarMessage: (message: string) => {
    void person.tell("status", message, []);
    return new Disposable(() => {});
  },
  showQuickPick: (items: unknown) => person.pick(items),
  showInputBox: () => person.type(),
  showSaveDialog: async ({ defaultUri }: { defaultUri: Uri }) => {
    const answer = person.answers.shift();
    return answer === undefined ? undefined : Uri.file(answer || defaultUri.path);
  },
  showTextDocument: async (uri: Uri) => window.tabGroups.open(uri.path, new TabInputText(uri)),
  withProgress: <T extends PromiseLike<unknown>>(options: object, run: (progress: unknown, token: unknown) => T) =>
    screen.run(options, run),
  createQuickPick: () => screen.ask(),
  createInputBox: () => screen.ask(),
  createStatusBarItem: (id: string) => screen.item(id),
  createWebviewPanel: (_id: string, title: string) => screen.panel(title),
  createTreeView: (id: string, { treeDataProvider }: { treeDataProvider: FakeTreeView["provider"] }) =>
    screen.tree(id, treeDataProvider),
  registerUriHandler: () => new Disposable(() => {}),
};

export const workspace = {
  isTrusted: true,
  workspaceFile: undefined as Uri | undefined,
  workspaceFolders: undefined as { uri: Uri; name: string }[] | undefined,
  getWorkspaceFolder: (uri: Uri) =>
    workspace.workspaceFolders?.find(({ uri: { path } }) => uri.path === path || uri.path.startsWith(`${path}/`)),
  registerTextDocumentContentProvider: () => new Disposable(() => {}),
  onDidChangeConfiguration: (listener: (change: unknown) => unknown) => person.documents.event(listener),
  onDidChangeWorkspaceFolders: () => new Disposable(() => {}),
  getConfiguration: (section = "") => ({
    inspect: (_name: string): { globalValue?: unknown } | undefined => undefined,
    get: (name: string): unknown => screen.settings.get(`${section}.${name}`),
  }),
  fs: {
    stat: async (_uri: Uri): Promise<{ size: number }> => ({ size: 0 }),
    readFile: async (_uri: Uri): Promise<Uint8Array> => new Uint8Array(),
    writeFile: async (_uri: Uri, _content: Uint8Array): Promise<void> => undefined,
  },
};

/** Forget what happened and put everything back as it was. */
export function reset(): void {
  person.reset();
  extensions.installed.clear();
  screen.reset();
  window.tabGroups.tabs = [];
  window.activeTextEditor = undefined;
  window.state = { focused: true, active: true };
  workspace.isTrusted = true;
  workspace.workspaceFolders = undefined;
  workspace.workspaceFile = undefined;
  env.uiKind = UIKind.Web;
}
