// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { ago, ahead } from "../format.js";
import { h, setText } from "../html.js";
import { titleOf } from "../select.js";
import { DEVICE_ROLES } from "../trust/roles.js";

/** A paired device: what it is, what it may do, when and where it was seen; to be renamed, given another role, or cut off. */
export class DeviceRow extends PilotElement {
  /** @type {P.DeviceView | undefined} */ device;
  /** Something was changed: the list is old. */
  onChanged = () => {};

  /** @param {P.DeviceView} device @param {() => void} onChanged */
  show(device, onChanged) {
    this.onChanged = onChanged;
    if (JSON.stringify(device) === JSON.stringify(this.device)) return;
    this.device = device;
    if (!this.contains(document.activeElement) || !this.querySelector("form, .sure")) this.#draw();
  }

  #draw() {
    const { device } = this;
    if (!device) return;
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.replaceChildren(
      h("span", {
        class: "dot",
        role: "img",
        "data-light": device.online ? "done" : "ended",
        "aria-label": device.online ? "online" : "not online",
      }),
      h(
        "div",
        { class: "device-words" },
        this.#nameLine(device),
        h("small", null, factsOfDevice(device, this.#follows(device))),
      ),
      device.sessionId ? h("span", { class: "tag" }, "follows") : this.#role(device),
      this.#acts(device),
      this.problem,
    );
  }

  /** @param {P.DeviceView} device */
  #nameLine(device) {
    const rename = {
      type: "button",
      class: "device-name",
      title: "Rename",
      "aria-label": `Rename ${device.name}`,
      on: { click: () => this.#rename(device) },
    };
    return h(
      "span",
      { class: "device-line" },
      h("button", rename, device.name),
      device.this ? h("span", { class: "tag" }, "this device") : "",
    );
  }

  /** @param {P.DeviceView} device */
  #role(device) {
    const options = DEVICE_ROLES.map(({ scope, name }) => h("option", { value: scope }, name));
    const select = h("select", { "aria-label": `What ${device.name} may do` }, ...options);
    select.value = device.scope;
    select.addEventListener("change", async () => {
      // SAFETY: the options have these only
      const scope = /** @type {P.Scope} */ (select.value);
      if (device.this) return this.#lower(device, scope, select);
      await this.#do(() => this.actions.trust.change({ id: device.id, scope }));
    });
    return select;
  }

  /** Whoever takes a role from themselves cannot give it back from here. @param {P.DeviceView} device @param {P.Scope} scope @param {HTMLSelectElement} select */
  #lower(device, scope, select) {
    select.value = device.scope;
    this.#ask("This device loses its role at once, and cannot take it back by itself.", "Change it", () =>
      this.actions.trust.change({ id: device.id, scope }),
    );
  }

  /** @param {P.DeviceView} device */
  #acts(device) {
    const [label, words, act] = device.this
      ? ["Sign out", "This browser has to be paired again to come back.", () => this.actions.trust.leave()]
      : [
          "Revoke",
          `${device.name} is cut off at once. This cannot be undone: to come back it has to be paired again.`,
          () => this.actions.trust.revoke(device.id),
        ];
    const props = {
      type: "button",
      class: "quiet grave",
      "aria-label": device.this ? "Sign out of this device" : `Revoke ${device.name}`,
    };
    return h(
      "span",
      { class: "device-acts" },
      h("button", { ...props, on: { click: () => this.#ask(words, label, act) } }, label),
    );
  }

  /** @param {string} words @param {string} label @param {() => Promise<import("../types").AskProblem | null>} act */
  #ask(words, label, act) {
    const yes = h("button", { type: "button", class: "button deny", on: { click: () => this.#do(act) } }, label);
    const no = h("button", { type: "button", class: "quiet", on: { click: () => this.#back(".grave") } }, "Keep");
    const sure = h(
      "div",
      { class: "sure", role: "group", "aria-label": `${label}?` },
      h("p", null, words),
      h("div", { class: "acts" }, no, yes),
    );
    this.querySelector(".sure")?.remove();
    this.problem?.before(sure);
    no.focus();
  }

  /** @param {P.DeviceView} device */
  #rename(device) {
    const field = h("input", {
      type: "text",
      maxlength: "80",
      value: device.name,
      "aria-label": "Name of the device",
      autocomplete: "off",
    });
    const form = h("form", { class: "device-rename" }, field, h("button", { class: "button" }, "Save"));
    const leave = () => this.#back(".device-name");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = field.value.trim();
      if (!name || name === device.name) return leave();
      void this.#do(() => this.actions.trust.change({ id: device.id, name }));
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault(); // the sheet stays
      event.stopPropagation();
      leave();
    });
    this.querySelector(".device-line")?.replaceWith(form);
    field.select();
  }

  /** Show it as it is, with the focus where it came from. @param {string} place */
  #back(place) {
    this.#draw();
    const from = this.querySelector(place);
    if (from instanceof HTMLElement) from.focus();
  }

  /** @param {() => Promise<import("../types").AskProblem | null>} act */
  async #do(act) {
    const held = this.contains(document.activeElement) ? document.activeElement : null;
    const place = held?.matches("select") ? "select" : held?.closest("form") ? ".device-name" : ".grave";
    const failed = await act();
    if (!this.isConnected) return;
    if (held) this.#back(place);
    else this.#draw();
    if (this.problem && failed) setText(this.problem, [failed.message, failed.hint].filter(Boolean).join(" "));
    if (this.problem) this.problem.hidden = !failed;
    if (!failed) this.onChanged();
  }

  /** @param {P.DeviceView} device */
  #follows({ sessionId }) {
    const session = sessionId ? this.data.sessions[sessionId] : undefined;
    if (!sessionId) return "";
    return session ? `watches “${titleOf(session, this.data.marks[sessionId])}”` : "watches one session";
  }
}

/** @type {Record<string, string>} */
const REACH_WORDS = { local: "on this machine", lan: "over the network", tunnel: "through the tunnel" };

/** @param {P.DeviceView} device @param {string} follows */
function factsOfDevice({ online, lastSeenAt, address, reach, expiresAt, push }, follows) {
  const now = Date.now();
  const seen = online ? "online" : `seen ${seenWords(lastSeenAt, now)}`;
  const where = reach === "local" ? REACH_WORDS.local : [address, REACH_WORDS[reach ?? ""]].filter(Boolean).join(" ");
  return [follows, seen, where, expiresAt && `ends ${ahead(expiresAt, now)}`, push && "gets notifications"]
    .filter(Boolean)
    .join(" · ");
}

/** @param {number} at @param {number} now */
function seenWords(at, now) {
  const words = ago(at, now);
  return words === "now" ? "just now" : / (s|min|h)$/.test(words) ? `${words} ago` : words;
}

define("device-row", DeviceRow);
