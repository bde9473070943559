/** Takes in links to Pilot. A link only shows something; it can start, answer and change nothing. */
import * as vscode from "vscode";
import { HubError } from "../hub";
import type { Parts } from "../parts";
import { complain } from "../tell";
import { arrive } from "./arrival";
import { type Fault, parseLink } from "./links";

export class LinkHandler implements vscode.UriHandler {
  constructor(private readonly parts: Parts) {}

  async handleUri(uri: vscode.Uri): Promise<void> {
    const parsed = parseLink(uri);
    try {
      if ("fault" in parsed) throw new HubError("bad_request", words(parsed.fault));
      await arrive(this.parts.hub, parsed.place);
    } catch (error) {
      this.parts.log.warn(`link: ${String(error)}`);
      complain(error);
    }
  }
}

function words(fault: Fault): string {
  switch (fault) {
    case "extra":
      return vscode.l10n.t("This link carries more than Pilot's links do, so it was not opened.");
    case "id":
      return vscode.l10n.t("This link names a session or an ask in a way Pilot never does, so it was not opened.");
    case "unknown":
      return vscode.l10n.t("This link leads to nothing in Pilot. Links end in /session/…, /ask/… or /pair.");
  }
}
