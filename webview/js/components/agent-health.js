// @ts-check
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { icon } from "../icons.js";
import { troubles } from "../select.js";

/** Small word on the agents that Pilot reaches only in part. */
class AgentHealth extends PilotElement {
  build() {
    this.setAttribute("role", "status");
  }

  render() {
    if (!this.changed(this.data.agents)) return;
    const told = troubles(Object.values(this.data.agents));
    this.hidden = !told.length;
    this.replaceChildren(...told.map((trouble) => h("p", null, icon("alert"), h("span", null, trouble))));
  }
}

define("agent-health", AgentHealth);
