// @ts-check
/** @import * as P from "./protocol.gen" */
/** @import { State, Ui } from "./types" */
import { NO_FILTER } from "./frame/filtering.js";
import { emptyState, reduce } from "./reduce.js";

/** After these what was spent is more than was known. */
const SPENT = new Set([
  "pilot.usage.updated",
  "pilot.session.stopped",
  "pilot.session.removed",
  "pilot.budget.reached",
]);

const REFUSALS_KEPT = 9; // that nobody waved away yet

/** @returns {Ui} */
export function emptyUi() {
  return {
    phase: "loading",
    failure: null,
    connection: { state: "connecting" },
    away: null,
    view: "list",
    projectId: null,
    sessionId: null,
    itemId: null,
    finding: false,
    split: [],
    files: null,
    askId: null,
    dockFolded: false,
    sheet: null,
    diffPath: null,
    spentAt: 0,
    spending: null,
    budgetReached: null,
    budgetsSeen: [],
    lastSessionOf: {},
    folded: { rail: false, side: false },
    drawer: false,
    menu: null,
    tabs: { order: [], closed: {} },
    filter: NO_FILTER,
    filters: {},
    found: null,
    marking: null,
    undo: null,
    deciding: {},
    askProblems: {},
    answered: null,
    outbox: {},
    picked: {},
    pictures: {},
    palettePage: null,
    settingsAt: null,
    starting: null,
    notice: null,
    asOf: null,
    waitingPrompts: [],
    draftsChanged: 0,
    newer: false,
    installable: null,
    entering: null,
    refusals: [],
    devicesChanged: 0,
    following: null,
    wasPaired: false,
    settingsChanged: 0,
    notificationsChanged: 0,
    notifications: null,
    notificationsProblem: null,
    notices: null,
    told: null,
  };
}

/** Holds what the page knows; tells its listeners at most once a frame. */
export class Store {
  /** @type {Set<() => void>} */ #listeners = new Set();
  /** @type {Set<(event: P.Event) => void>} */ #hearers = new Set();
  #due = false;

  /** @param {(callback: () => void) => void} schedule calls back before the next frame */
  constructor(schedule) {
    /** @type {State} */ this.data = emptyState();
    /** @type {Ui} */ this.ui = emptyUi();
    this.schedule = schedule;
  }

  /** @param {P.Event} event */
  apply(event) {
    const isNews = event.epoch !== this.data.epoch || event.seq > this.data.seq;
    this.setData(reduce(this.data, event));
    if (isNews) for (const hearer of this.#hearers) hearer(event);
    if (event.type === "pilot.prompt.received") this.#arrived(event.sessionId, event.text);
    if (event.type === "pilot.session.stopped") this.#turnEnded(event.sessionId);
    if (event.type === "pilot.budget.reached") this.setUi({ budgetReached: event });
    if (SPENT.has(event.type)) this.setUi({ spentAt: this.ui.spentAt + 1 });
    if (event.type === "pilot.settings.changed") this.setUi({ settingsChanged: this.ui.settingsChanged + 1 });
    if (event.type === "pilot.notifications.changed")
      this.setUi({ notificationsChanged: this.ui.notificationsChanged + 1 });
    if (event.type === "pilot.devices.changed") this.setUi({ devicesChanged: this.ui.devicesChanged + 1 });
    if (event.type === "pilot.self_approval.refused") this.#refused(event);
    if (event.type === "pilot.agent.status") this.setUi({ askProblems: {} }); // what stood in the way may be gone
  }

  /** @param {State} data */
  setData(data) {
    if (data === this.data) return;
    this.data = data;
    this.#announce();
  }

  /** @param {Partial<Ui>} change */
  setUi(change) {
    this.ui = { ...this.ui, ...change };
    this.#announce();
  }

  /** @param {() => void} listener @returns {() => void} call it to stop listening */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hear each event once, when it is in the data. @param {(event: P.Event) => void} hearer */
  listen(hearer) {
    this.#hearers.add(hearer);
  }

  /** One line an attempt: an agent in a loop fills no screen. @param {P.SelfApprovalRefused} event */
  #refused({ attempt, at }) {
    const { refusals } = this.ui;
    const same = (/** @type {P.SelfApproval} */ one) =>
      one.agent === attempt.agent && one.call === attempt.call && one.askId === attempt.askId;
    const rest = refusals.filter((one) => !same(one)).slice(-REFUSALS_KEPT);
    this.setUi({ refusals: [...rest, { ...attempt, at }] });
  }

  /** The prompt is in the session now: its optimistic copy goes. @param {string} sessionId @param {string} text */
  #arrived(sessionId, text) {
    const outbox = this.ui.outbox[sessionId] ?? [];
    const at = outbox.findIndex((outgoing) => outgoing.text.trim() === text.trim());
    if (at >= 0) this.setUi({ outbox: { ...this.ui.outbox, [sessionId]: outbox.toSpliced(at, 1) } });
  }

  /**
   * Some prompts never come back as such, a slash command for one: they go. The first that waited has its turn.
   * @param {string} sessionId
   */
  #turnEnded(sessionId) {
    const outbox = this.ui.outbox[sessionId];
    if (!outbox?.length) return;
    const rest = outbox.filter((outgoing) => outgoing.state !== "accepted");
    const next = rest.findIndex((outgoing) => outgoing.state === "queued");
    const moved = rest.map((outgoing, i) =>
      i === next ? { ...outgoing, state: /** @type {const} */ ("accepted") } : outgoing,
    );
    this.setUi({ outbox: { ...this.ui.outbox, [sessionId]: moved } });
  }

  /**
   * A transcript came as a whole: what it has of the prompts that were sent is not shown twice.
   * @param {string} sessionId
   * @param {P.Item[]} items
   */
  arrivedIn(sessionId, items) {
    const outbox = this.ui.outbox[sessionId] ?? [];
    const prompts = new Set(items.flatMap((item) => (item.kind === "prompt" ? [item.text.trim()] : [])));
    const rest = outbox.filter(({ state, text }) => state !== "accepted" || !prompts.has(text.trim()));
    if (rest.length < outbox.length) this.setUi({ outbox: { ...this.ui.outbox, [sessionId]: rest } });
  }

  #announce() {
    if (this.#due) return;
    this.#due = true;
    this.schedule(() => this.flush());
  }

  /** Tell the listeners now. */
  flush() {
    this.#due = false;
    for (const listener of [...this.#listeners]) guarded(listener);
  }
}

/** One view that fails must not take the others with it. @param {() => void} listener */
function guarded(listener) {
  try {
    listener();
  } catch (error) {
    console.error(error);
  }
}
