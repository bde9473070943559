// @ts-check
import { define } from "../element.js";
import { h, keyed, setText } from "../html.js";

/** The sections of a long sheet, to go to one of them. Needs no store. */
export class SettingsNav extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", "Sections");
  }

  /** @param {Iterable<HTMLElement>} sections each with a heading */
  show(sections) {
    const named = [...sections].flatMap((section) => {
      const heading = section.querySelector("h3");
      return heading && !section.hidden ? [{ title: heading.textContent ?? "", section, heading }] : [];
    });
    keyed(
      this,
      named,
      ({ title }) => title,
      () => h("button", { type: "button", class: "chip" }),
      (button, { title, section, heading }) => {
        setText(button, title);
        button.onclick = () => {
          section.scrollIntoView({ block: "start" });
          heading.setAttribute("tabindex", "-1");
          heading.focus({ preventScroll: true });
        };
      },
    );
  }
}

define("settings-nav", SettingsNav);
