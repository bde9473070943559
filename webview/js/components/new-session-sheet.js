// @ts-check
import { define } from "../element.js";
import { h } from "../html.js";
import { agentName } from "../select.js";
import { Sheet } from "../sheet.js";

/** Start a session where an agent is running. */
class NewSessionSheet extends Sheet {
  sheet = /** @type {const} */ ("new");
  heading = "New session";

  fill() {
    const places = this.#places();
    const place = h(
      "select",
      { name: "place", required: true },
      ...places.map(({ agent, directory }, index) =>
        h("option", { value: index }, `${agentName(agent)} · ${directory}`),
      ),
    );
    const prompt = h("textarea", { name: "prompt", rows: 4, placeholder: "What should it do?" });
    const problem = h("p", { class: "problem", role: "alert", hidden: true });
    const form = h(
      "form",
      { class: "fields" },
      h("label", null, "Where", place),
      h("label", null, "First prompt", prompt),
      problem,
      h("div", { class: "acts" }, h("button", { type: "submit", class: "send" }, "Start")),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const chosen = places[Number(place.value)];
      if (!chosen) return;
      const failed = await this.actions.newSession({
        ...chosen,
        ...(prompt.value.trim() ? { prompt: { text: prompt.value.trim() } } : {}),
      });
      problem.hidden = !failed;
      problem.textContent = failed ? [failed.message, failed.hint].filter(Boolean).join(" ") : "";
    });
    const none = h(
      "p",
      { class: "none" },
      "Start an agent in a terminal first; then Pilot can open more sessions beside it.",
    );
    this.content?.replaceChildren(places.length ? form : none);
  }

  /** Agents that run now, and the folders they run in. */
  #places() {
    const seen = new Map();
    for (const { agent, directory, live, demo } of Object.values(this.data.sessions)) {
      if (live && !demo) seen.set(`${agent} ${directory}`, { agent, directory });
    }
    return [...seen.values()];
  }
}

define("new-session-sheet", NewSessionSheet);
