// @ts-check
import { define, PilotElement } from "../element.js";
import { canStart } from "../frame/row-menu.js";
import { h, setText } from "../html.js";
import { icon } from "../icons.js";

/** A project in which nothing has begun yet. */
class ProjectEmpty extends PilotElement {
  build() {
    const back = {
      type: "button",
      class: "icon-button only-phone",
      "aria-label": "Back to the list",
      on: { click: () => this.actions.back() },
    };
    this.name = h("h1");
    this.folder = h("p", { class: "folder" });
    this.start = h(
      "button",
      {
        type: "button",
        class: "send",
        on: { click: () => this.actions.openStart(undefined, this.#project?.directory) },
      },
      "New session",
    );
    this.hint = h("p", { class: "quiet-text" }, "Start an agent in this folder, here or in any terminal.");
    this.append(
      h("button", back, icon("left")),
      h("div", { class: "screen" }, this.name, this.folder, this.start, this.hint),
    );
  }

  render() {
    const project = this.#project;
    if (!project || !this.changed(project, this.data.agents, this.data.viewer)) return;
    if (!this.name || !this.folder || !this.start) return;
    setText(this.name, `No session in ${project.name} yet`);
    setText(this.folder, project.directory);
    this.start.hidden = !canStart(this.store);
  }

  get #project() {
    return this.data.projects[this.ui.projectId ?? ""];
  }
}

define("project-empty", ProjectEmpty);
