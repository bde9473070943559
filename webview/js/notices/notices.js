// @ts-check
/**
 * How this browser tells a person of things: by push, by notices of an open page, by sound.
 *
 * @import * as P from "../protocol.gen"
 * @import { Tools } from "../actions.js"
 * @import { AskProblem, NoticesUi } from "../types"
 * @import { Device } from "../host/host"
 */
import { asProblem } from "../connection/sync.js";
import { Attending } from "./attending.js";
import { Desk } from "./desk.js";
import { Pushing } from "./pushing.js";

const DESK = "pilot.notices.desk";
const SOUND = "pilot.notices.sound";

/** What a person may switch on and off for this browser; `store.ui.notices` says how it stands. */
export class Notices {
  /** @type {Map<string, string>} where the browser keeps nothing */ #choices = new Map();
  #synced = false;

  /** @param {Tools} tools @param {Device} device */
  constructor(tools, device) {
    this.tools = tools;
    this.store = tools.store;
    this.host = device.notifying;
    this.pushing = new Pushing(tools, this.host.push);
    this.attending = new Attending(tools, device);
    this.desk = new Desk({
      store: tools.store,
      surface: device.surface,
      host: this.host,
      attention: () => this.attending.attention(),
      sound: async (kind) => this.sound && this.playSound(kind),
      later: tools.later,
    });
    this.look();
  }

  /** Begin to tell a person of things. @param {(place: string) => void} go shows what a notice is about */
  start(go) {
    this.host.onGo(go);
    this.host.onChange(() => this.#permissionChanged());
    this.attending.start();
    this.store.listen((event) => this.desk.hear(event));
    this.store.subscribe(() => {
      this.desk.settle();
      this.#syncOnce();
    });
  }

  /** How this browser stands to push. */
  get pushState() {
    return this.#ui.push;
  }

  /** How it stands to notices while the page is open, but not looked at. */
  get deskState() {
    return this.#ui.desk;
  }

  /** Whether this page sounds. */
  get sound() {
    return this.#ui.sound;
  }

  /** Only from a press: browsers ask then, and at no other time. @returns {Promise<AskProblem | null>} */
  async enablePush() {
    const asked = this.host.permission === "off" ? this.#ask("push") : null; // before anything is waited for
    if (asked) await asked;
    return this.#done(() => this.pushing.enable());
  }

  /** @returns {Promise<AskProblem | null>} */
  disablePush() {
    return this.#done(() => this.pushing.disable());
  }

  /** Have the hub send something to this browser. @returns {Promise<P.Trial>} */
  async testPush() {
    try {
      const endpoint = this.store.data.viewer?.id;
      return await this.tools.channel.call("notifications.test", { channel: "push", ...(endpoint && { endpoint }) });
    } catch (error) {
      return { ok: false, ...asProblem(error) };
    }
  }

  /** Show notices while nobody looks at the page; only from a press. @returns {Promise<AskProblem | null>} */
  async allowDesk() {
    if (this.host.permission === "off") await this.#ask("desk");
    this.setDesk(true);
    if (this.#ui.desk === "on") return null;
    return { message: "This browser shows no notices for Pilot.", hint: whyNotTold(this.#ui.desk) };
  }

  /** @param {boolean} on */
  setDesk(on) {
    this.#keep(DESK, on ? "" : "off");
    this.look();
  }

  /** @param {boolean} on */
  setSound(on) {
    this.#keep(SOUND, on ? "on" : "");
    this.look();
    if (on) this.playSound();
  }

  /** Let it be heard. @param {P.Notice["kind"]} [kind] */
  async playSound(kind = "ask") {
    const soundBlocked = !(await this.host.chime.play(kind));
    if (soundBlocked !== this.#ui.soundBlocked) this.#show({ soundBlocked });
    return !soundBlocked;
  }

  /** Look how things stand. */
  look() {
    const { permission } = this.host;
    const desk = permission === "on" && this.#kept(DESK) === "off" ? "off" : permission;
    const sound = this.#kept(SOUND) === "on";
    if (sound) this.host.chime.unlock();
    this.#show({
      desk,
      sound,
      push: permission === "on" && !this.pushing.isOn ? "off" : (this.host.push.whyNot ?? permission),
    });
  }

  #permissionChanged() {
    this.#synced = false;
    this.look();
    this.#syncOnce();
  }

  /** At each loading, and whenever the hub was away. */
  #syncOnce() {
    const { phase, connection } = this.store.ui;
    const isHere = phase === "ready" && connection.state === "open";
    const due = isHere && !this.#synced;
    this.#synced = isHere;
    if (due) void this.#done(() => this.pushing.sync());
  }

  /** @param {"push" | "desk"} what */
  async #ask(what) {
    this.#show({ [what]: "asks" });
    await this.host.ask();
    this.look();
  }

  /** @param {() => Promise<void>} act @returns {Promise<AskProblem | null>} */
  async #done(act) {
    try {
      await act();
      return null;
    } catch (error) {
      return asProblem(error);
    } finally {
      this.look();
    }
  }

  get #ui() {
    return this.store.ui.notices ?? NOTHING;
  }

  /** @param {Partial<NoticesUi>} change */
  #show(change) {
    const before = this.#ui;
    const notices = { ...before, ...change };
    const same = Object.entries(change).every(
      ([name, value]) => before[/** @type {keyof NoticesUi} */ (name)] === value,
    );
    if (!same || !this.store.ui.notices) this.store.setUi({ notices });
  }

  /** @param {string} key */
  #kept(key) {
    return this.#choices.get(key) ?? this.tools.lasting?.getItem(key) ?? "";
  }

  /** @param {string} key @param {string} value */
  #keep(key, value) {
    this.#choices.set(key, value);
    try {
      if (value) this.tools.lasting?.setItem(key, value);
      else this.tools.lasting?.removeItem(key);
    } catch {
      // storage is full or forbidden: it holds until the page is left
    }
  }
}

/** @type {NoticesUi} */
const NOTHING = { push: "unsupported", desk: "unsupported", sound: false, soundBlocked: false };

/** What a person can do about it. @param {NoticesUi["push"]} state */
export function whyNotTold(state) {
  /** @type {Record<NoticesUi["push"], string>} */
  const reasons = {
    unsupported: "This browser has no notifications. Another one may.",
    insecure: "Browsers allow it only at https addresses and at localhost.",
    uninstalled: "On an iPhone or iPad, put Pilot on the home screen first: Share, then “Add to Home Screen”.",
    blocked: "The browser blocks notifications from Pilot: allow them in its settings for this site.",
    asks: "The browser asks: allow it there.",
    off: "",
    on: "",
  };
  return reasons[state];
}
