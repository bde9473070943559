// @ts-check

import { define, PilotElement } from "../element.js";
import { drawColumns, fitting } from "../frame/columns.js";
import { WIDE_ENOUGH } from "../frame/wide.js";
import { h, keyed, setAttribute } from "../html.js";
import { isFollower } from "../select.js";
import { emptyHub, skeleton, unknownSession } from "../states.js";

const SKELETON_AFTER = 150; // ms: a quick answer needs no placeholder

/** The frame: which parts are in sight follows from what is known and where the page is. */
class AppShell extends PilotElement {
  connectedCallback() {
    super.connectedCallback();
    setTimeout(() => this.classList.add("slow"), SKELETON_AFTER);
    matchMedia(WIDE_ENOUGH).addEventListener("change", () => this.render());
    addEventListener("resize", () => this.ui.split.length && this.render());
  }

  render() {
    const { phase, view, folded, drawer } = this.ui;
    const sessions = Object.keys(this.data.sessions).length;
    const shape = this.#shape(phase) ?? "";
    const follows = isFollower(this.data);
    this.dataset.view = sessions > 0 && !follows ? view : "session";
    setAttribute(this, "data-follows", follows);
    setAttribute(this, "data-rail", folded.rail ? "folded" : null);
    setAttribute(this, "data-side", folded.side ? "folded" : null);
    setAttribute(this, "data-drawer", drawer);
    if (this.changed(shape, follows)) this.#compose(shape);
    if (shape === "split") this.#drawColumns();
    this.#nameLandmarks(this.dataset.view);
  }

  #drawColumns() {
    const row = this.querySelector(".column-row");
    if (row) drawColumns(row, this.#columns, this.context);
  }

  /** Sessions that stand side by side now. */
  get #columns() {
    const { split, sessionId } = this.ui;
    if (split.length < 2 || !matchMedia(WIDE_ENOUGH).matches) return [];
    const known = split.filter((id) => this.data.sessions[id]);
    return fitting(known, sessionId, innerWidth);
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
    this.querySelector("ask-list")?.setAttribute("role", view === "asks" ? "main" : "region");
  }

  /** @param {string} phase */
  #shape(phase) {
    const { sessionId, projectId, view } = this.ui;
    if (phase === "loading" && this.ui.away) return "failed"; // who looks after the hub knows more than we do
    if (phase !== "ready") return phase;
    if (view === "files") return "files";
    if (this.#columns.length > 1) return "split";
    if (sessionId)
      return this.data.sessions[sessionId] ? "session" : Object.keys(this.data.sessions).length ? "unknown" : "empty";
    if (view === "session" && projectId && this.data.projects[projectId]) return "project";
    return Object.keys(this.data.sessions).length ? "list" : "empty";
  }

  /** @param {string} shape */
  #parts(shape) {
    /** @type {Record<string, string[]>} */
    const parts = {
      loading: ["skeleton"],
      unpaired: ["pair-screen"],
      failed: ["failure-screen"],
      empty: ["top-strips", "session-rail", "empty", "sheets"],
      list: ["top-strips", "session-rail", "nothing", "ask-list", "bottom-nav", "ask-banner", "ask-voice", "sheets"],
      unknown: ["top-strips", "session-rail", "unknown", "ask-list", "bottom-nav", "ask-banner", "ask-voice", "sheets"],
      files: [
        "top-strips",
        "session-rail",
        "file-explorer",
        "ask-list",
        "bottom-nav",
        "ask-banner",
        "ask-voice",
        "sheets",
      ],
      project: ["top-strips", "session-rail", "project", "ask-list", "bottom-nav", "ask-banner", "ask-voice", "sheets"],
      split: ["top-strips", "session-rail", "split", "ask-list", "bottom-nav", "ask-banner", "ask-voice", "sheets"],
      session: [
        "top-strips",
        "session-rail",
        "main",
        "session-side",
        "ask-list",
        "bottom-nav",
        "ask-banner",
        "ask-voice",
        "sheets",
      ],
    };
    const all = parts[shape] ?? [];
    return isFollower(this.data) ? all.filter((part) => !NOT_FOR_FOLLOWERS.has(part)) : all;
  }

  /** @param {string} part @returns {HTMLElement} */
  #make(part) {
    if (part === "skeleton") return skeleton();
    if (part === "empty") return emptyHub(this.actions.editor && ((command) => this.actions.run(command)));
    if (part === "unknown") return unknownSession(isFollower(this.data) ? null : () => this.actions.openList());
    if (part === "nothing") return h("main", { class: "stage" });
    if (part === "main") return session();
    if (part === "split") return split();
    if (part === "project") return stage("", "project-tabs", "project-empty", "notice-bar");
    if (part === "sheets") return sheets();
    return document.createElement(part);
  }
}

/** Whoever follows one session has no list to choose from. */
const NOT_FOR_FOLLOWERS = new Set(["session-rail", "ask-list", "bottom-nav", "ask-banner"]);

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
  return stage("", ...parts);
}

function split() {
  const main = stage("columns", "project-tabs", "notice-bar");
  main.firstElementChild?.after(h("div", { class: "column-row" }));
  return main;
}

/** @param {string} kind @param {...string} parts */
function stage(kind, ...parts) {
  return h("main", { class: `stage ${kind}`.trim() }, ...parts.map((name) => document.createElement(name)));
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
    "notifications-sheet",
    "rename-sheet",
    "labels-sheet",
    "folder-sheet",
    "pair-sheet",
    "devices-sheet",
    "follow-sheet",
    "action-menu",
  ];
  return h("div", { class: "sheets" }, ...parts.map((name) => document.createElement(name)));
}

define("app-shell", AppShell);
