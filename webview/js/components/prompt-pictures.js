// @ts-check
/** @import { Picture } from "../types" */
import { define, PilotElement } from "../element.js";
import { h, keyed } from "../html.js";
import { icon } from "../icons.js";
import { PICTURE_TYPES, pictureAddress } from "../writing/sent-pictures.js";

/** The pictures that go with the next prompt, and the button that adds one. */
export class PromptPictures extends PilotElement {
  build() {
    this.setAttribute("role", "list");
    this.setAttribute("aria-label", "Pictures for this prompt");
    this.picker = h("input", {
      type: "file",
      accept: PICTURE_TYPES.join(","),
      multiple: true,
      hidden: true,
      on: { change: () => this.#picked() },
    });
    this.add = h(
      "button",
      { type: "button", class: "icon-button attach", "aria-label": "Add pictures", title: "Add pictures" },
      icon("picture"),
    );
    this.add.addEventListener("click", () => this.picker?.click());
  }

  render() {
    const pictures = this.#pictures;
    if (!this.changed(pictures)) return;
    this.hidden = !pictures?.length;
    keyed(
      this,
      pictures ?? [],
      (picture) => picture.id,
      (picture) => this.#thumb(picture),
      () => {},
    );
  }

  /** @param {Iterable<File>} files */
  take(files) {
    if (this.ui.sessionId) void this.actions.composing.addPictures(this.ui.sessionId, files);
  }

  get #pictures() {
    return this.ui.sessionId ? this.ui.pictures[this.ui.sessionId] : undefined;
  }

  /** @param {Picture} picture */
  #thumb(picture) {
    const drop = () => this.ui.sessionId && this.actions.composing.dropPicture(this.ui.sessionId, picture.id);
    const remove = {
      type: "button",
      class: "icon-button",
      "aria-label": `Remove ${picture.name}`,
      on: { click: drop },
    };
    return h(
      "span",
      { class: "thumb", role: "listitem" },
      h("img", { src: pictureAddress(picture), alt: picture.name }),
      h("button", remove, icon("cross")),
    );
  }

  #picked() {
    this.take([...(this.picker?.files ?? [])]);
    if (this.picker) this.picker.value = "";
  }
}

define("prompt-pictures", PromptPictures);
