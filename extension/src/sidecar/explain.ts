/** What pip or uv said, in words for people. */
import * as vscode from "vscode";
import { HubError, type Problem } from "../hub";
import { lastLine } from "./processes";

const NETWORK =
  /Failed to establish a new connection|NewConnectionError|NameResolutionError|name resolution|ConnectTimeout|Read timed out|ProxyError|Connection refused|error sending request|dns error|Network is unreachable|Could not connect/i;
const CERTIFICATE = /CERTIFICATE_VERIFY_FAILED|SSLError|invalid peer certificate/i;
const FULL = /No space left on device|Errno 28|Disk quota exceeded/i;
const HASH = /THESE PACKAGES DO NOT MATCH THE HASHES|Hash mismatch/i;

/** Return what went wrong while packages were installed, and what helps. */
export function explainInstall(said: string): Pick<Problem, "message" | "hint"> {
  const line = meaningful(said);
  const tell = (message: string, hint: string) => ({ message: line ? `${message} (${line})` : message, hint });
  if (FULL.test(said)) return tell(vscode.l10n.t("The disk is full."), vscode.l10n.t("Make room, then retry."));
  if (HASH.test(said))
    return tell(
      vscode.l10n.t("The package index sent a package that is not the one Pilot was made with."),
      vscode.l10n.t("Nothing of it was installed. Retry, or ask whoever runs your package index."),
    );
  if (CERTIFICATE.test(said))
    return tell(
      vscode.l10n.t("The package index could not be trusted."),
      vscode.l10n.t("Tell pip of your company's certificate (pip config set global.cert …), then retry."),
    );
  if (NETWORK.test(said))
    return tell(
      vscode.l10n.t("Pilot's Python packages could not be downloaded: the package index cannot be reached."),
      vscode.l10n.t("Check the network or pip's proxy and index, then retry."),
    );
  return tell(
    vscode.l10n.t("Pilot's Python packages could not be installed."),
    vscode.l10n.t("The log has all of it."),
  );
}

/** A set-up that a person ended. */
export function cancelled(): HubError {
  return new HubError(
    "cancelled",
    vscode.l10n.t("Setting up Pilot was cancelled."),
    vscode.l10n.t("“Pilot: Start” tries again."),
  );
}

/** The last line that names a failure. */
function meaningful(said: string): string {
  const lines = said.split("\n").map((line) => line.trim());
  const error = lines.filter((line) => /^(ERROR|error|Error|╰─▶|×)/.test(line)).at(-1);
  return (error ?? lastLine(said)).replace(/^(ERROR|error|╰─▶|×):?\s*/i, "").slice(0, 300);
}
