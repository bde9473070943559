// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { h, keyed } from "../html.js";
import { icon } from "../icons.js";
import { blobOf, canBePicture, sizeText } from "../transcript/pictures.js";

/** Pictures and files of a message or a tool; a picture comes when it is in sight, and opens large. */
class AttachmentList extends PilotElement {
  build() {
    this.watch = new IntersectionObserver((seen) => {
      for (const { isIntersecting, target } of seen) if (isIntersecting) void this.#load(target);
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.watch?.disconnect();
    for (const url of this.#urls.splice(0)) URL.revokeObjectURL(url);
    this.replaceChildren();
    this.shown = undefined;
  }

  /** @param {P.Attachment[] | undefined} attachments */
  show(attachments) {
    if (this.shown === attachments) return;
    this.shown = attachments;
    let index = 0;
    keyed(this, attachments ?? [], (one) => `${index++} ${one.id ?? one.name}`, (one) => this.#make(one), () => {}); // biome-ignore format: one line
  }

  /** @param {P.Attachment} attachment */
  #make(attachment) {
    const { id, name, size } = attachment;
    const label = [name || "File", sizeText(size)].filter(Boolean).join(" · ");
    if (!id || !canBePicture(attachment.mime)) return h("span", { class: "attached" }, icon("read"), label);
    const picture = h(
      "button",
      { type: "button", class: "attached picture", "aria-label": `Enlarge ${name || "picture"}`, disabled: true },
      h("span", { class: "name" }, label),
    );
    this.#known.set(picture, attachment);
    this.watch?.observe(picture);
    return picture;
  }

  /** @param {Element} element */
  async #load(element) {
    const attachment = this.#known.get(element);
    this.watch?.unobserve(element);
    if (!attachment?.id || !(element instanceof HTMLButtonElement)) return;
    try {
      const blob = blobOf(await this.actions.reading.attachment(attachment.id));
      if (!blob || !this.isConnected) throw new Error("no picture");
      this.#put(element, attachment, URL.createObjectURL(blob));
    } catch {
      element.querySelector(".name")?.append(" · could not be loaded");
    }
  }

  /** @param {HTMLButtonElement} element @param {P.Attachment} attachment @param {string} url */
  #put(element, attachment, url) {
    this.#urls.push(url);
    const image = h("img", { src: url, alt: attachment.name || "Picture" });
    image.addEventListener("error", () => image.remove());
    element.prepend(image);
    element.disabled = false;
    element.onclick = () => enlarge(url, attachment.name || "Picture");
  }

  /** @type {string[]} */ #urls = [];
  /** @type {WeakMap<Element, P.Attachment>} */ #known = new WeakMap();
  /** @type {P.Attachment[] | undefined} */ shown;
}

/** @param {string} url @param {string} name */
function enlarge(url, name) {
  const close = () => dialog.close();
  const shut = h(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Close", on: { click: close } },
    icon("cross"),
  );
  const dialog = h(
    "dialog",
    { class: "sheet picture-sheet", "aria-label": name, on: { close: () => dialog.remove() } },
    h("header", null, h("h2", null, name), shut),
    h("img", { src: url, alt: name }),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
}

define("attachment-list", AttachmentList);
