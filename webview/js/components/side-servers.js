// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { plural } from "../format.js";
import { h } from "../html.js";
import { icon } from "../icons.js";
import { mayCall } from "../select.js";

/** The MCP and language servers of the session's agent; asked for when somebody unfolds them. */
class SideServers extends PilotElement {
  /** @type {Set<string>} sessions whose agent has none, or does not tell */ #without = new Set();
  #shown = "";

  build() {
    this.list = h("div", { class: "servers", role: "status" });
    const refresh = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        title: "Look again",
        "aria-label": "Look again",
        on: { click: () => this.#load() },
      },
      icon("again"),
    );
    this.details = h(
      "details",
      null,
      h("summary", null, h("h2", null, "MCP and language servers"), icon("fold")),
      this.list,
      refresh,
    );
    this.details.addEventListener("toggle", () => this.details?.open && this.#load());
    this.append(h("section", null, this.details));
  }

  render() {
    const session = this.#session;
    if (!this.changed(session?.id, session?.live, session?.demo, this.data.viewer) || !this.details) return;
    const asked = session?.live && !session.demo && mayCall(this.data, "sessions.servers");
    this.hidden = !asked || this.#without.has(session.id);
    if (session?.id === this.#shown) return;
    this.#shown = session?.id ?? "";
    this.list?.replaceChildren();
    if (this.details.open && !this.hidden) void this.#load();
  }

  get #session() {
    return this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
  }

  async #load() {
    const id = this.#session?.id;
    if (!id || !this.list) return;
    if (!this.list.childElementCount) this.list.replaceChildren(h("p", { class: "side-note" }, "Looking…"));
    const found = await this.actions.facts.servers(id);
    if (id !== this.#session?.id) return;
    if (found.length && typeof found !== "string") return this.list.replaceChildren(...found.map(row));
    if (!found.length) this.#without.add(id);
    const words = typeof found === "string" ? found : "There are none, or the agent does not tell.";
    this.list.replaceChildren(h("p", { class: "side-note" }, words));
  }
}

/** @param {P.ServerStatus} server */
function row({ kind, name, state, message, tools }) {
  const about = [SERVER_KINDS[kind], tools ? plural(tools, "tool") : ""].filter(Boolean).join(" · ");
  return h(
    "div",
    { class: "server", "data-state": state },
    h(
      "div",
      { class: "kv" },
      h("span", { title: about }, name, h("small", null, ` ${about}`)),
      h("span", null, SERVER_STATES[state]),
    ),
    message ? h("p", { class: "side-note" }, message) : null,
  );
}

const SERVER_KINDS = { mcp: "MCP", lsp: "language server" };
const SERVER_STATES = {
  connected: "connected",
  starting: "starting",
  disabled: "switched off",
  needs_auth: "needs a login",
  failed: "failed",
};

define("side-servers", SideServers);
