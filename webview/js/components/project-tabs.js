// @ts-check
import { define, PilotElement } from "../element.js";
import { plural } from "../format.js";
import { h, keyed, setAttribute, setText } from "../html.js";
import { projectsInOrder, waitingByProject } from "../select.js";

/** One tab a project; each leads back to the session last read in it. */
class ProjectTabs extends PilotElement {
  build() {
    this.setAttribute("role", "tablist");
    this.setAttribute("aria-label", "Projects");
    this.addEventListener("keydown", (event) => this.#onKey(event));
  }

  render() {
    if (!this.changed(this.data.projects, this.data.sessions, this.data.asks, this.ui.projectId)) return;
    const waiting = waitingByProject(this.data);
    keyed(
      this,
      projectsInOrder(this.data),
      (project) => project.id,
      (project) => this.#make(project.id),
      (tab, project) => {
        const amount = waiting[project.id] ?? 0;
        const [name, badge] = tab.children;
        if (name) setText(name, project.name);
        if (badge) setText(badge, amount ? String(amount) : "");
        if (badge) setAttribute(badge, "hidden", !amount);
        setAttribute(tab, "title", project.directory);
        setAttribute(tab, "aria-selected", String(project.id === this.ui.projectId));
        setAttribute(tab, "tabindex", project.id === this.ui.projectId ? "0" : "-1");
        setAttribute(tab, "aria-description", amount ? `${plural(amount, "ask")} waiting` : null);
      },
    );
    this.querySelector("[aria-selected=true]")?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }

  /** @param {string} id */
  #make(id) {
    const click = () => this.actions.openProject(id);
    return h(
      "button",
      { type: "button", role: "tab", on: { click } },
      h("span"),
      h("span", { class: "badge", "aria-hidden": "true" }),
    );
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const tabs = [...this.querySelectorAll("button")];
    const at = tabs.findIndex((tab) => tab.matches(":focus"));
    if (!step || at < 0) return;
    event.preventDefault();
    const next = tabs[(at + step + tabs.length) % tabs.length];
    next?.focus();
    next?.click();
  }
}

define("project-tabs", ProjectTabs);
