// @ts-check
import { define, PilotElement } from "../element.js";
import { h, keyed } from "../html.js";
import { emptyHub, skeleton, unknownSession } from "../states.js";

const SKELETON_AFTER = 150; // ms: a quick answer needs no placeholder

/** The frame: which parts are in sight follows from what is known and where the page is. */
class AppShell extends PilotElement {
  connectedCallback() {
    super.connectedCallback();
    setTimeout(() => this.classList.add("slow"), SKELETON_AFTER);
  }

  render() {
    const { phase, view, sessionId } = this.ui;
    const sessions = Object.keys(this.data.sessions).length;
    const session = sessionId ? this.data.sessions[sessionId] : undefined;
    const shape = this.#shape(phase, sessions > 0, Boolean(session), sessionId);
    this.dataset.view = sessions > 0 ? view : "session";
    if (this.changed(shape)) this.#compose(shape);
    this.#nameLandmarks(this.dataset.view);
  }

  /** @param {string} shape */
  #compose(shape) {
    keyed(
      this,
      this.#parts(shape),
      (part) => part,
      (part) => this.#make(part),
      () => {},
    );
  }

  /** On a phone the page in sight is the main one, whichever it is. @param {string} view */
  #nameLandmarks(view) {
    const phone = matchMedia("(max-width: 720px)").matches;
    this.querySelector("session-rail")?.setAttribute("role", phone && view === "list" ? "main" : "navigation");
    this.querySelector("ask-list")?.setAttribute("role", phone && view === "asks" ? "main" : "region");
  }

  /**
   * @param {string} phase
   * @param {boolean} any
   * @param {boolean} open
   * @param {string | null} sessionId
   */
  #shape(phase, any, open, sessionId) {
    if (phase === "loading" && this.ui.away) return "failed"; // who looks after the hub knows more than we do
    if (phase !== "ready") return phase;
    if (!any) return "empty";
    if (open) return "session";
    return sessionId ? "unknown" : "list";
  }

  /** @param {string} shape */
  #parts(shape) {
    /** @type {Record<string, string[]>} */
    const parts = {
      loading: ["skeleton"],
      unpaired: ["pair-screen"],
      failed: ["failure-screen"],
      empty: ["top-strips", "session-rail", "empty", "sheets"],
      list: ["top-strips", "session-rail", "nothing", "ask-list", "bottom-nav", "sheets"],
      unknown: ["top-strips", "session-rail", "unknown", "ask-list", "bottom-nav", "sheets"],
      session: ["top-strips", "session-rail", "main", "session-side", "ask-list", "bottom-nav", "sheets"],
    };
    return parts[shape] ?? [];
  }

  /** @param {string} part @returns {HTMLElement} */
  #make(part) {
    if (part === "skeleton") return skeleton();
    if (part === "empty") return emptyHub(this.actions.editor && ((command) => this.actions.run(command)));
    if (part === "unknown") return unknownSession(() => this.actions.openList());
    if (part === "nothing") return h("main", { class: "stage" });
    if (part === "main") return session();
    if (part === "sheets") return sheets();
    return document.createElement(part);
  }
}

function session() {
  const parts = [
    "project-tabs",
    "session-head",
    "todo-strip",
    "session-transcript",
    "notice-bar",
    "budget-notice",
    "approval-offer",
    "ask-dock",
    "waiting-prompts",
    "prompt-composer",
  ];
  return h("main", { class: "stage" }, ...parts.map((name) => document.createElement(name)));
}

function sheets() {
  const parts = [
    "palette-sheet",
    "shortcuts-sheet",
    "new-session-sheet",
    "diff-sheet",
    "about-sheet",
    "usage-sheet",
    "share-sheet",
    "settings-sheet",
  ];
  return h("div", { class: "sheets" }, ...parts.map((name) => document.createElement(name)));
}

define("app-shell", AppShell);
