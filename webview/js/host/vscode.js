// @ts-check
/**
 * @import { Host, Listeners } from "./host"
 * @import { FromPage, ToPage } from "./messages"
 * @typedef {{ postMessage: (message: FromPage) => void, getState: () => unknown, setState: (state: unknown) => void }} EditorApi
 */
import { Chime } from "./chime.js";
import { Chords } from "./chords.js";
import { EditorChannel } from "./editor-channel.js";
import { copyText } from "./handing-out.js";
import { watchUse } from "./in-use.js";
import { Kept } from "./kept.js";

/** A view of VS Code: the extension stands between this page and the hub. @param {Window} window @returns {Host} */
export function vscodeHost(window) {
  const api = apiOf(window);
  const kept = new Kept(api);
  const channel = new EditorChannel((message) => api.postMessage(message), {
    setTimeout: (callback, ms) => window.setTimeout(callback, ms),
    clearTimeout: (timer) => window.clearTimeout(timer),
    random: Math.random,
    now: Date.now,
  });
  const doors = { editor: new EditorDoor(api), chime: new Chime(window) };
  return {
    channel,
    address: kept,
    storage: kept,
    lasting: kept,
    code: "",
    doorbell: { pair: needless, waitForYes: needless, leave: needless },
    showWaiting() {},
    isTaken: new Chords(Date.now).isTaken,
    editor: doors.editor,
    outlet: {
      save: (name, mime, text) => api.postMessage({ type: "save", name, mime, text }),
      copy: (text) => copyText(window, text),
      share: null,
    },
    device: null,
    listen(listeners) {
      window.addEventListener("message", ({ data, origin }) => {
        if (origin === window.origin) take(data, channel, doors, listeners);
      });
      api.postMessage({ type: "ready" });
      watchUse(window, () => api.postMessage({ type: "attended" }), Date.now);
    },
  };
}

/** @returns {Promise<never>} */
function needless() {
  return Promise.reject(new Error("VS Code needs no pairing."));
}

/** @param {ToPage} message @param {EditorChannel} channel @param {{ editor: EditorDoor, chime: Chime }} doors @param {Listeners} listeners */
function take(message, channel, { editor, chime }, listeners) {
  switch (message.type) {
    case "hub":
      listeners.onAway(message.away);
      return channel.hub(message.connected);
    case "folders":
      editor.folders = message.folders;
      return;
    case "show":
      return listeners.onShow(message.place);
    case "chime":
      void chime.play(message.kind);
      return;
    default:
      return channel.take(message);
  }
}

/** What the page asks of VS Code itself. */
class EditorDoor {
  /** @type {string[]} */ folders = [];

  /** @param {EditorApi} api */
  constructor(api) {
    this.api = api;
  }

  /** @param {string} command */
  run(command) {
    this.api.postMessage({ type: "run", command });
  }

  /** @param {string} path */
  opens(path) {
    return this.folders.some((folder) => path.startsWith(/[\\/]$/.test(folder) ? folder : `${folder}/`));
  }

  /** @param {string} path */
  openFile(path) {
    this.api.postMessage({ type: "openFile", path });
  }
}

/** @param {Window} window @returns {EditorApi} */
function apiOf(window) {
  // SAFETY: here.js looked whether it is there; VS Code hands it out once a page
  return /** @type {any} */ (window).acquireVsCodeApi();
}
