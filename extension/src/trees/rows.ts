/** A tree whose lines keep their identity, so that only what changed is drawn again. */
import * as vscode from "vscode";
import type { Ask, Session } from "../protocol.gen";

/** How a line looks; everything in it is compared. */
export interface Look {
  label: string;
  description: string;
  icon: string;
  colour?: string | undefined;
  /** Words that menus look for. */
  context: string;
  /** What a screen reader says. */
  spoken: string;
  command?: { title: string; command: string } | undefined;
  opens?: "expanded" | "collapsed" | undefined;
}

/** A line. Commands get it whole, so it carries what it is about. */
export interface Row {
  readonly id: string;
  look: Look;
  children: Row[];
  ask?: Ask | undefined;
  session?: Session | undefined;
}

export class RowTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Row | undefined>();
  readonly #known = new Map<string, Row>();
  #roots: Row[] = [];

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(
    private readonly argumentOf: (row: Row) => unknown,
    private readonly tooltipOf: (row: Row) => vscode.MarkdownString | undefined,
  ) {}

  /** Show other lines; where a list is another one all of it is drawn, else what looks different. */
  update(rows: Row[]): void {
    const stale = new Set(this.#known.keys());
    const changed: (Row | undefined)[] = [];
    this.#roots = this.#merge(undefined, this.#roots, rows, changed, stale);
    for (const id of stale) this.#known.delete(id);
    for (const row of changed.includes(undefined) ? [undefined] : changed) this.#changed.fire(row);
  }

  getTreeItem({ id, look, ...row }: Row): vscode.TreeItem {
    const item = new vscode.TreeItem(look.label, collapsible(look));
    item.id = id;
    item.description = look.description;
    item.iconPath = new vscode.ThemeIcon(look.icon, look.colour ? new vscode.ThemeColor(look.colour) : undefined);
    item.contextValue = look.context;
    item.accessibilityInformation = { label: look.spoken };
    if (look.command) item.command = { ...look.command, arguments: [this.argumentOf({ id, look, ...row })] };
    return item;
  }

  getChildren(row?: Row): Row[] {
    return row ? row.children : this.#roots;
  }

  resolveTreeItem(item: vscode.TreeItem, row: Row): vscode.TreeItem {
    item.tooltip = this.tooltipOf(row);
    return item;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #merge(parent: Row | undefined, before: Row[], now: Row[], changed: (Row | undefined)[], stale: Set<string>): Row[] {
    const same = before.length === now.length && now.every((row, at) => before[at]?.id === row.id);
    if (!same) changed.push(parent);
    return now.map((row) => this.#keep(row, changed, stale));
  }

  #keep(row: Row, changed: (Row | undefined)[], stale: Set<string>): Row {
    const known = this.#known.get(row.id) ?? { ...row, children: [] };
    this.#known.set(row.id, known);
    stale.delete(row.id);
    const drawn = JSON.stringify(known.look) === JSON.stringify(row.look);
    known.children = this.#merge(known, known.children, row.children, changed, stale);
    if (!drawn && !changed.includes(known)) changed.push(known);
    return Object.assign(known, { look: row.look, ask: row.ask, session: row.session });
  }
}

function collapsible({ opens }: Look): vscode.TreeItemCollapsibleState {
  if (opens === "expanded") return vscode.TreeItemCollapsibleState.Expanded;
  return opens === "collapsed" ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
}
