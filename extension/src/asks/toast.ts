/**
 * A notification that can be withdrawn.
 *
 * VS Code cannot take back a message with buttons. A progress notification closes when its promise settles, stays as
 * long, keeps its text unfolded while it can be cancelled, and draws command links in it, which the keyboard reaches
 * too. So the answers are links, and cancelling means “later”: it closes the notification and decides nothing.
 */
import * as vscode from "vscode";

export class Toast implements vscode.Disposable {
  #close: () => void = () => undefined;
  #say: (text: string) => void = () => undefined;
  #open = true;

  /** Show `title`, then `text`; `onLater` hears of a person who closed it. */
  constructor(title: string, text: string, onLater: () => void) {
    void vscode.window.withProgress(optionsOf(title), (progress, token) => {
      this.#say = (said) => progress.report({ message: said, increment: 0 }); // 0: a bar that does not run
      this.#say(text);
      return new Promise<void>((resolve) => {
        this.#close = resolve;
        if (!this.#open) resolve();
        token.onCancellationRequested(() => {
          if (this.#open) onLater();
          this.dispose();
        });
      });
    });
  }

  /** Change what it says. */
  say(text: string): void {
    this.#say(text);
  }

  /** Withdraw it. */
  dispose(): void {
    this.#open = false;
    this.#close();
  }
}

/**
 * Words that links follow. VS Code takes all from an open bracket on for the link's words: what an agent writes would be
 * a part of “Approve”. A wider one looks the same and opens nothing.
 */
export function beforeLinks(text: string): string {
  return text.replace(/\[(?=[^\]]*$)/g, "\uff3b");
}

/** A link in a message; only for words and commands of our own. */
export function commandLink(label: string, command: string, ...given: string[]): string {
  const query = encodeURIComponent(JSON.stringify(given)).replace(
    /[()']/g,
    (found) => `%${found.charCodeAt(0).toString(16)}`,
  );
  return `[${label}](command:${command}?${query} "${label}")`;
}

function optionsOf(title: string): vscode.ProgressOptions {
  const later = vscode.l10n.t("Later");
  // SAFETY: VS Code takes the button's label here and calls it “Cancel” where it does not
  const cancellable = later as unknown as boolean;
  return { location: vscode.ProgressLocation.Notification, title, cancellable };
}
