// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { AskProblem, Decision } from "../types"
 * @import { Tools } from "../actions.js"
 */

import { asProblem } from "../connection/sync.js";
import { outcome } from "../format.js";
import { CallError } from "../host/channel.js";
import { askSeen } from "../reduce.js";
import { pendingAsks, rootOfAsk } from "../select.js";

const ANSWER_SHOWN = 6_000; // ms
const NEWS_WITHIN = 150; // ms, after which the hub has told what else ended

/** Answers asks: on exactly what was shown, once, and with an honest word when it came too late. */
export class Deciding {
  /** @type {Map<string, string>} idempotency keys by ask and decision: a retry is the same decision */ #keys =
    new Map();

  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
    this.store = tools.store;
  }

  /**
   * Decide an ask on exactly what was shown.
   * @param {P.Ask} ask
   * @param {Decision} decision
   */
  async decide(ask, decision) {
    if (this.store.ui.deciding[ask.id]) return;
    this.#setDeciding(ask.id, decision.kind);
    this.#setAskProblem(ask.id, null);
    try {
      const params = { id: ask.id, digest: ask.digest, ...decision, idempotencyKey: this.#keyFor(ask, decision) };
      this.#answered(await this.tools.channel.call("asks.decide", params));
    } catch (error) {
      await this.#notDecided(ask, error);
    } finally {
      this.#setDeciding(ask.id, null);
    }
  }

  /** Deny all that waits in one session, one after the other. @param {string} rootId */
  async denyAll(rootId) {
    const { notice } = this.store.ui;
    for (const id of this.#deniable(rootId).map((ask) => ask.id)) {
      const ask = this.#deniable(rootId).find((one) => one.id === id); // one “no” may end others with it
      if (!ask) continue;
      await this.decide(ask, { kind: "deny" });
      await new Promise((done) => this.tools.later(() => done(null), NEWS_WITHIN));
    }
    this.store.setUi({ notice }); // that some were ended together is what was wanted
  }

  /** @param {string} rootId */
  #deniable(rootId) {
    return pendingAsks(this.store.data).filter(
      (ask) => rootOfAsk(this.store.data, ask) === rootId && ask.decisions.includes("deny"),
    );
  }

  /** @param {P.Ask} ask */
  #answered(ask) {
    this.store.setData(askSeen(this.store.data, ask));
    this.store.setUi({ answered: ask.id });
    this.tools.later(() => this.store.ui.answered === ask.id && this.store.setUi({ answered: null }), ANSWER_SHOWN);
  }

  /** @param {P.Ask} ask @param {unknown} error */
  async #notDecided(ask, error) {
    const taken = error instanceof CallError && error.code === "already_answered";
    const stale = error instanceof CallError && error.code === "stale_digest";
    if (taken || stale) this.#forgetKeys(ask.id);
    if (stale) await this.#refreshAsks();
    const now = this.store.data.asks[ask.id];
    if (taken && now && now.state !== "pending")
      return this.store.setUi({ answered: ask.id, notice: { message: `Answered meanwhile: ${lower(outcome(now))}.` } });
    this.#setAskProblem(ask.id, asProblem(error));
  }

  async #refreshAsks() {
    const answer = await this.tools.channel.call("asks.list", {}).catch(() => null);
    for (const ask of answer?.asks ?? []) this.store.setData(askSeen(this.store.data, ask));
  }

  /** @param {P.Ask} ask @param {object} decision */
  #keyFor(ask, decision) {
    const what = `${ask.id} ${ask.digest} ${JSON.stringify(decision)}`;
    const key = this.#keys.get(what) ?? this.tools.uuid();
    this.#keys.set(what, key);
    return key;
  }

  /** @param {string} askId */
  #forgetKeys(askId) {
    for (const what of [...this.#keys.keys()]) if (what.startsWith(`${askId} `)) this.#keys.delete(what);
  }

  /** @param {string} askId @param {string | null} kind */
  #setDeciding(askId, kind) {
    const { [askId]: _was, ...deciding } = this.store.ui.deciding;
    this.store.setUi({ deciding: kind ? { ...deciding, [askId]: kind } : deciding });
  }

  /** @param {string} askId @param {AskProblem | null} problem */
  #setAskProblem(askId, problem) {
    const { [askId]: _was, ...askProblems } = this.store.ui.askProblems;
    this.store.setUi({ askProblems: problem ? { ...askProblems, [askId]: problem } : askProblems });
  }
}

/** @param {string} text */
function lower(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
