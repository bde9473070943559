// @ts-check

import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { icon } from "../icons.js";
import { abilitiesOf } from "../panels/abilities.js";
import { troubles } from "../select.js";

/** What works in the open session, and what does not; folded until somebody wants to know. */
export class SessionAbilities extends PilotElement {
  /** @type {boolean | null} what the person wanted last */ #wanted = null;

  build() {
    this.trouble = h("p", { class: "trouble", role: "status" });
    this.list = h("dl", { class: "abilities" });
    const click = () => {
      this.#wanted = !this.details?.open;
    };
    const heading = h("summary", { on: { click } }, h("h2", null, "What works here"), icon("fold"));
    this.details = h("details", null, heading, this.list);
    this.append(h("section", null, this.details, this.trouble));
  }

  /** Another session came in view: unfolded as the person left it, else where there is nothing else to read. @param {boolean} alone */
  begin(alone) {
    if (this.details) this.details.open = this.#wanted ?? alone;
  }

  render() {
    const session = this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
    const agent = session && this.data.agents[session.agent];
    if (!session || !this.list || !this.trouble) return;
    const { id, capabilities, process, live, state } = session;
    if (!this.changed(id, capabilities, process, live, state, agent)) return;
    const rows = abilitiesOf(session).map(([label, value]) =>
      h("div", null, h("dt", null, label), h("dd", null, value)),
    );
    this.list.replaceChildren(...rows);
    const trouble = troubles(agent ? [agent] : [])[0];
    this.trouble.hidden = !trouble;
    this.trouble.replaceChildren(...(trouble ? [icon("alert"), h("span", null, trouble)] : []));
  }
}

define("session-abilities", SessionAbilities);
