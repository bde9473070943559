// @ts-check
import { define, PilotElement } from "../element.js";
import { ago } from "../format.js";
import { h, keyed, setText } from "../html.js";
import { agentName, pendingAsks, rootOfAsk, titleOf } from "../select.js";

/** The phone's second page: everything that waits, oldest first. */
class AskList extends PilotElement {
  build() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Asks");
    this.rows = h("div", { class: "rows" });
    this.none = h("p", { class: "none" }, "Nothing waits for you.");
    this.append(h("h1", null, "Needs you"), this.rows, this.none);
  }

  render() {
    if (!this.rows || !this.none || !this.changed(this.data.asks, this.data.sessions, this.data.marks)) return;
    const asks = pendingAsks(this.data);
    this.none.hidden = asks.length > 0;
    keyed(
      this.rows,
      asks,
      (ask) => ask.id,
      (ask) =>
        h(
          "button",
          { type: "button", class: "row", on: { click: () => this.actions.openAsk(ask.id) } },
          h("span", { class: "dot", "data-light": "waiting" }),
          h("b"),
          h("time"),
          h("small", { class: "needs" }),
          h("small"),
        ),
      (row, ask) => {
        const [, name, time, what, who] = row.children;
        const session = this.data.sessions[rootOfAsk(this.data, ask)];
        if (name) setText(name, session ? titleOf(session, this.data.marks[session.id]) : ask.title);
        if (time) setText(time, ago(ask.createdAt, Date.now()));
        if (what) setText(what, [ask.title, ask.summary].filter(Boolean).join(" · "));
        if (who)
          setText(
            who,
            [agentName(ask.agent), this.data.projects[ask.projectId]?.name, ask.machine].filter(Boolean).join(" · "),
          );
      },
    );
  }
}

define("ask-list", AskList);
