// @ts-check

/** An EventSource that a test speaks through. */
export class FakeSource {
  /** @type {Map<string, (event: any) => void>} */ #listeners = new Map();
  closed = false;

  /** @param {string} name @param {(event: any) => void} listener */
  addEventListener(name, listener) {
    this.#listeners.set(name, listener);
  }

  close() {
    this.closed = true;
  }

  /** @param {string} name @param {object} [event] */
  emit(name, event = {}) {
    this.#listeners.get(name)?.(event);
  }

  /** @param {string} lastEventId @param {object} body */
  message(lastEventId, body) {
    this.emit("message", { lastEventId, data: JSON.stringify(body) });
  }
}

/** Time, chance and connections, all in the test's hand. */
export class FakeWorld {
  /** @type {FakeSource[]} */ sources = [];
  /** @type {string[]} */ opened = [];
  /** @type {Map<number, { at: number, callback: () => void }>} */ timers = new Map();
  paired = true;
  #now = 1_000_000;
  #next = 1;

  open = (/** @type {string} */ cursor) => {
    const source = new FakeSource();
    this.sources.push(source);
    this.opened.push(cursor);
    return source;
  };

  isPaired = async () => this.paired;
  random = () => 0.5;
  now = () => this.#now;

  setTimeout = (/** @type {() => void} */ callback, /** @type {number} */ ms) => {
    this.timers.set(this.#next, { at: this.#now + ms, callback });
    return this.#next++;
  };

  clearTimeout = (/** @type {any} */ timer) => {
    this.timers.delete(timer);
  };

  /** The latest connection. */
  get source() {
    const source = this.sources.at(-1);
    if (!source) throw new Error("nothing was opened");
    return source;
  }

  /** Let time pass; timers that fall due run in order. @param {number} ms */
  pass(ms) {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.#now = due[1].at;
      due[1].callback();
    }
    this.#now = end;
  }
}
