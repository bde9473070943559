// @ts-check
/** @import * as P from "../protocol.gen" */
import { define } from "../element.js";
import { h } from "../html.js";
import { titleOf } from "../select.js";
import { segmentsOf } from "../trust/segments.js";
import { PairSheet } from "./pair-sheet.js";

const FOLLOW_HOUR = 3_600_000; // ms

/** @type {{ id: string, name: string, ms: number }[]} */
const LASTS = [
  { id: "hour", name: "An hour", ms: FOLLOW_HOUR },
  { id: "day", name: "A day", ms: 24 * FOLLOW_HOUR },
  { id: "week", name: "A week", ms: 7 * 24 * FOLLOW_HOUR },
];

/** A link for a teammate who watches and cannot act: one session or all, for a while. */
class FollowSheet extends PairSheet {
  sheet = /** @type {import("../types").Ui["sheet"]} */ ("follow");
  heading = "Let somebody follow along";
  what = "one";
  lasts = "day";

  fill() {
    this.what = this.ui.following ? "one" : "all";
    super.fill();
  }

  /** @returns {P.PairParams} */
  get wanted() {
    const lastsMs = LASTS.find(({ id }) => id === this.lasts)?.ms ?? FOLLOW_HOUR;
    const { following } = this.ui;
    return { scope: "view", lastsMs, ...(this.what === "one" && following && { sessionId: following }) };
  }

  choices() {
    const { following } = this.ui;
    const session = following ? this.data.sessions[following] : undefined;
    const title = session && following ? titleOf(session, this.data.marks[following]) : "";
    const what = [
      { id: "one", name: "This session" },
      { id: "all", name: "All sessions" },
    ];
    const chooseWhat = (/** @type {string} */ id) => {
      this.what = id;
      void this.invite();
    };
    const chooseLasts = (/** @type {string} */ id) => {
      this.lasts = id;
      void this.invite();
    };
    return [
      h(
        "p",
        { class: "told" },
        `Whoever opens this link sees ${title ? `“${title}” and its sub-agents` : "your sessions"} live, and cannot answer, write or change anything. It ends by itself; you can end it earlier in Devices.`,
      ),
      session ? segmentsOf("What is shown", what, this.what, chooseWhat) : "",
      segmentsOf("For how long", LASTS, this.lasts, chooseLasts),
    ].map((part) => (typeof part === "string" ? document.createTextNode(part) : part));
  }
}

define("follow-sheet", FollowSheet);
