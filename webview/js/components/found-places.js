// @ts-check
/** @import { SearchHit } from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { ago, plural } from "../format.js";
import { h, setText } from "../html.js";
import { titleOf } from "../select.js";

/** Where the words stand in all transcripts; each leads to its message. */
class FoundPlaces extends PilotElement {
  build() {
    this.told = h("p", { class: "quiet-text", role: "status" });
    this.rows = h("div", { class: "rows" });
    this.heading = h("h2");
    this.append(this.heading, this.told, this.rows);
  }

  render() {
    const { found } = this.ui;
    if (!this.told || !this.rows || !this.changed(found)) return;
    this.hidden = !found;
    if (this.heading) setText(this.heading, found ? "In all transcripts" : "");
    if (!found) return this.rows.replaceChildren();
    setText(this.told, saysFound(found));
    this.rows.replaceChildren(...found.hits.map((hit) => this.#row(hit)));
  }

  /** @param {SearchHit} hit */
  #row(hit) {
    const session = this.data.sessions[hit.sessionId];
    const title = session ? titleOf(session, this.data.marks[hit.sessionId]) : hit.title;
    return h(
      "button",
      { type: "button", class: "row hit", on: { click: () => this.actions.openSession(hit.sessionId, hit.itemId) } },
      h("b", null, title || "New session"),
      h("time", null, ago(hit.at, Date.now())),
      h("small", null, ...standingOut(hit.snippet, this.ui.found?.query ?? "")),
    );
  }
}

/** @param {import("../types").Found} found */
function saysFound({ state, hits, more, problem }) {
  if (state === "failed") return [problem?.message, problem?.hint].filter(Boolean).join(" ");
  if (state === "loading") return hits.length ? "" : "Looking…";
  if (!hits.length) return "These words stand nowhere.";
  return more ? `The latest ${hits.length} places` : plural(hits.length, "place");
}

/** The words that were looked for stand out. @param {string} text @param {string} query */
function standingOut(text, query) {
  const first = query.trim().toLowerCase().split(/\s+/)[0] ?? "";
  const at = first ? text.toLowerCase().indexOf(first) : -1;
  if (at < 0) return [text];
  const end = at + first.length;
  return [text.slice(0, at), h("mark", null, text.slice(at, end)), text.slice(end)];
}

define("found-places", FoundPlaces);
