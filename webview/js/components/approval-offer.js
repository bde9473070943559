// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { agentName, may } from "../select.js";

/** @type {[P.ApprovalMode["topics"][number], string][]} */
const TOPICS = [
  ["shell", "shell"],
  ["edits", "edits"],
  ["outside", "outside the project"],
  ["web", "web"],
];

/** Offered once a project: an agent that asks for almost nothing can be told to ask. */
class ApprovalOffer extends PilotElement {
  render() {
    const session = this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
    const project = session ? this.data.projects[session.projectId] : undefined;
    if (!this.changed(session?.id, session?.approval, session?.live, project, this.data.viewer, session?.capabilities))
      return;
    const offered = session && project && this.#isOffered(session, project);
    this.hidden = !offered;
    this.replaceChildren();
    if (offered) this.append(this.#card(session));
  }

  /** @param {P.Session} session @param {P.Project} project */
  #isOffered(session, project) {
    const open = !session.approval && !project.approval && session.live && !session.demo;
    return open && session.capabilities.guarded && may(this.data, "operate");
  }

  /** @param {P.Session} session */
  #card(session) {
    const boxes = TOPICS.map(([topic, label]) =>
      h("label", null, h("input", { type: "checkbox", value: topic, checked: true }), label),
    );
    const on = () => this.#choose(session, this.#topics());
    return h(
      "section",
      { class: "offer", "aria-label": "Approval mode" },
      h("p", null, `${agentName(session.agent)} runs commands without asking. Ask me first for:`),
      h("div", { class: "topics" }, ...boxes),
      h(
        "div",
        { class: "acts" },
        h("button", { type: "button", class: "button", on: { click: on } }, "Turn on"),
        h("button", { type: "button", class: "quiet", on: { click: () => this.#choose(session, []) } }, "Not now"),
      ),
    );
  }

  #topics() {
    const chosen = [...this.querySelectorAll("input")].filter((input) => input.checked).map((input) => input.value);
    return TOPICS.map(([topic]) => topic).filter((topic) => chosen.includes(topic));
  }

  /** @param {P.Session} session @param {P.ApprovalMode["topics"]} topics */
  async #choose(session, topics) {
    const done = await this.actions.setProjectApproval(session.projectId, topics);
    if (done) this.hidden = true;
  }
}

define("approval-offer", ApprovalOffer);
