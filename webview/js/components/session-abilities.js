// @ts-check
import { abilitiesOf } from "../abilities.js";
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { icon } from "../icons.js";
import { troubles } from "../select.js";

/** What works in the open session, and what does not; folded until somebody wants to know. */
class SessionAbilities extends PilotElement {
  build() {
    this.trouble = h("p", { class: "trouble", role: "status" });
    this.list = h("dl", { class: "abilities" });
    const heading = h("summary", null, h("h2", null, "What works here"), icon("fold"));
    this.append(h("section", null, h("details", null, heading, this.list), this.trouble));
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
    this.trouble.textContent = trouble ?? "";
  }
}

define("session-abilities", SessionAbilities);
