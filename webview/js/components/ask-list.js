// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @typedef {{ root: string, asks: P.Ask[] }} AsksOfSession
 */

import { risksOf } from "../asks/risk.js";
import { revealed } from "../asks/unseen.js";
import { define, PilotElement } from "../element.js";
import { ago, countdown } from "../format.js";
import { h, keyed, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { agentName, may, pendingAsks, rootOfAsk, titleOf } from "../select.js";

const SURE_FOR = 12_000; // ms
const LIST_TICK = 5_000; // ms, for the times in the rows

/** Everything that waits, by session, oldest first. Each is decided on its own; only “no” can be said to all of a session. */
class AskList extends PilotElement {
  #askedAt = 0; // when “really?” was said

  connectedCallback() {
    super.connectedCallback();
    this.timer = setInterval(() => this.#draw(), LIST_TICK);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  build() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Asks");
    this.groups = h("div", { class: "ask-groups" });
    this.none = h("p", { class: "none" }, "Nothing waits for you.");
    const news = document.createElement("notice-bar"); // below: what comes up moves no ask away from the finger
    this.append(h("h1", null, "Needs you"), this.groups, this.none, news);
  }

  render() {
    const { asks, sessions, marks, projects, viewer } = this.data;
    const { deciding, connection } = this.ui;
    if (this.changed(asks, sessions, marks, projects, viewer, deciding, connection.state)) this.#draw();
  }

  #draw() {
    const groups = this.#bySession;
    if (this.none) this.none.hidden = groups.length > 0;
    if (!this.groups) return;
    keyed(
      this.groups,
      groups,
      ({ root }) => root,
      () => makeGroup(),
      (element, group) => this.#update(element, group),
    );
  }

  /** @returns {AsksOfSession[]} */
  get #bySession() {
    /** @type {Map<string, P.Ask[]>} */ const found = new Map();
    for (const ask of pendingAsks(this.data)) {
      const root = rootOfAsk(this.data, ask);
      found.set(root, [...(found.get(root) ?? []), ask]);
    }
    return [...found].map(([root, asks]) => ({ root, asks }));
  }

  /** @param {HTMLElement} element @param {AsksOfSession} group */
  #update(element, { root, asks }) {
    const [head, rows] = element.children;
    const session = this.data.sessions[root];
    const first = asks[0];
    const name = session ? titleOf(session, this.data.marks[root]) : "Session";
    const facts = first && [agentName(first.agent), this.data.projects[first.projectId]?.name, first.machine];
    const [title, told, all] = head?.children ?? [];
    if (!head || !rows || !title || !told || !(all instanceof HTMLButtonElement)) return;
    setText(title, name);
    setText(told, (facts ?? []).filter(Boolean).join(" · "));
    this.#offerAll(all, root, asks);
    keyed(
      rows,
      asks,
      (ask) => `${ask.id} ${ask.digest}`,
      (ask) => askRow(ask, () => this.actions.openAsk(ask.id)),
      (row, ask) => updateTime(row, ask),
    );
  }

  /** Said twice, so that a slip denies nothing. @param {HTMLButtonElement} all @param {string} root @param {P.Ask[]} asks */
  #offerAll(all, root, asks) {
    const deniable = asks.filter(({ decisions }) => decisions.includes("deny")).length;
    all.hidden = deniable < 2 || !may(this.data, "approve");
    const busy = asks.some(({ id }) => this.ui.deciding[id]);
    setAttribute(all, "disabled", busy || this.ui.connection.state !== "open");
    const sure = all.dataset.sure === String(deniable) && Date.now() - this.#askedAt < SURE_FOR;
    if (!sure) all.dataset.sure = "";
    setText(all, busy ? "Denying…" : sure ? `Really deny all ${deniable}?` : `Deny all ${deniable}…`);
    all.onclick = () => {
      if (sure) void this.actions.deciding.denyAll(root);
      all.dataset.sure = sure ? "" : String(deniable);
      this.#askedAt = Date.now();
      this.#draw();
    };
  }
}

function makeGroup() {
  const all = h("button", { type: "button", class: "quiet deny-all" });
  return h("section", null, h("header", null, h("h2"), h("small"), all), h("div", { class: "rows" }));
}

/** @param {P.Ask} ask @param {() => void} open */
function askRow(ask, open) {
  const risks = risksOf(ask);
  const may = risks.length
    ? h("small", { class: "risks" }, icon("alert"), `May ${risks.map(({ words }) => words).join(" · ")}`)
    : "";
  const head = h("span", { class: "ask-row-head" }, h("b", null, ask.title || "Permission"), h("time"));
  return h(
    "button",
    { type: "button", class: "ask-row", on: { click: open } },
    head,
    h("code", null, ...revealed(ask.summary || ask.title)),
    may,
  );
}

/** @param {Element} row @param {P.Ask} ask */
function updateTime(row, ask) {
  const time = row.querySelector("time");
  if (!time) return;
  const rest = ask.deadline === undefined ? "" : ` · ${countdown(ask.deadline - Date.now())} left`;
  setText(time, ago(ask.createdAt, Date.now()) + rest);
  setAttribute(row, "aria-label", null);
}

define("ask-list", AskList);
