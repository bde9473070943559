// @ts-check
/** @import { SessionAbilities } from "./session-abilities.js" */
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { icon } from "../icons.js";
import { mayCall } from "../select.js";

const FACTS = ["side-context", "side-cost", "side-files", "side-todos", "side-agents"];

/** Quiet column of facts about the open session. */
class SessionSide extends PilotElement {
  shown = "";

  build() {
    this.setAttribute("role", "complementary");
    this.setAttribute("aria-label", "About this session");
    this.facts = h("div", { class: "facts-of" }, ...FACTS.map((name) => document.createElement(name)));
    // SAFETY: the element registered under that name
    this.abilities = /** @type {SessionAbilities} */ (document.createElement("session-abilities"));
    this.share = h(
      "button",
      { type: "button", class: "link side-share", on: { click: () => this.actions.showSheet("share") } },
      icon("share"),
      "Save or share the transcript",
    );
    this.files = h(
      "button",
      { type: "button", class: "link side-share", on: { click: () => this.#openFiles() } },
      icon("folder"),
      "Look through the files",
    );
    const ways = h("div", { class: "side-ways" }, this.share, this.files);
    this.append(this.facts, document.createElement("side-servers"), this.abilities, ways);
  }

  render() {
    if (this.files) this.files.hidden = !mayCall(this.data, "files.tree");
    if (this.share) this.share.hidden = !mayCall(this.data, "sessions.export");
    const session = this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
    if (!session || session.id === this.shown) return;
    this.shown = session.id;
    this.abilities?.begin(this.#silent);
  }

  #openFiles() {
    const session = this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
    if (session) this.actions.files.open(session.projectId);
  }

  /** Whether there is nothing else to read. */
  get #silent() {
    return [...(this.facts?.children ?? [])].every((part) => part instanceof HTMLElement && part.hidden);
  }
}

define("session-side", SessionSide);
