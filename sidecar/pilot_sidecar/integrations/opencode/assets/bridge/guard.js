// @ts-check
const SESSIONS = 1000;

/**
 * Which topics of the approval mode OpenCode's own rules do not cover in a running turn. OpenCode reads a session's
 * rules once a turn, so what was chosen since, or could not be told in time, has to be held here.
 */
export class Guard {
  /** @type {Map<string, string[]>} topics chosen, by directory */
  #projects = new Map();
  /** @type {Map<string, string[]>} topics chosen, by session; before its directory's */
  #sessions = new Map();
  /** @type {Map<string, string>} */
  #parents = new Map();
  /** @type {Map<string, string[]>} topics that a session's rules are known to ask about */
  #ruled = new Map();
  /** @type {Map<string, string[]>} the same, of the turn that runs */
  #turns = new Map();
  /** Whether the hub tells which rules it set; one of before does not, and OpenCode's dialog asks for it alone. */
  #isTold = false;

  /** Take the choices in force. @param {any} config */
  choose(config) {
    this.#isTold = config.sessions !== undefined;
    this.#projects = new Map(Object.entries(config.approval ?? {}));
    this.#sessions = new Map(Object.entries(config.sessions ?? {}));
  }

  /** Note that a session's rules ask about some topics from its next turn on; a turn that runs trusts no new ones. @param {string} session @param {string[]} topics */
  rule(session, topics) {
    keep(this.#ruled, session, topics);
    const turn = this.#turns.get(session);
    if (turn) this.#turns.set(session, common(turn, topics));
  }

  /** Whether a session's rules ask about all of some topics. @param {string} session @param {string[]} topics */
  isRuled(session, topics) {
    return topics.every((topic) => this.#ruled.get(session)?.includes(topic));
  }

  /** The rules known now are those of the turn that begins, unless the prompt joins one that runs. @param {string} session */
  begin(session) {
    if (!this.#turns.has(session)) keep(this.#turns, session, this.#ruled.get(session) ?? []);
  }

  /** Learn from an event who is whose child, and which turns are over. @param {any} event */
  notice({ type, properties }) {
    const info = properties?.info;
    if (type === "session.created" && info?.parentID) keep(this.#parents, info.id, info.parentID);
    if (type === "session.idle") this.#turns.delete(properties.sessionID);
  }

  /** The topics that somebody wants to be asked about. @param {string} directory @param {string} session @returns {string[]} */
  wanted(directory, session) {
    let root = session;
    for (let parent; (parent = this.#parents.get(root)); ) root = parent;
    return this.#sessions.get(session) ?? this.#sessions.get(root) ?? this.#projects.get(directory) ?? [];
  }

  /** Those of them that OpenCode itself does not ask about in this turn. @param {string} directory @param {string} session */
  uncovered(directory, session) {
    if (!this.#isTold) return [];
    const covered = this.#turns.get(session) ?? [];
    return this.wanted(directory, session).filter((topic) => !covered.includes(topic));
  }
}

/** @param {string[]} some @param {string[]} others */
function common(some, others) {
  return some.filter((topic) => others.includes(topic));
}

/** The oldest go first: nothing known about a session means that its calls are held. @template T @param {Map<string, T>} map @param {string} key @param {T} value */
function keep(map, key, value) {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > SESSIONS ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
