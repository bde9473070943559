// @ts-check
const STORE = "kept";

/** Things kept in this browser across reloads; what the browser refuses to keep is simply not there. */
export class Vault {
  /** @type {Promise<IDBDatabase> | null} */ #database = null;

  /** @param {IDBFactory} factory */
  constructor(factory) {
    this.factory = factory;
  }

  /** @param {string} key @returns {Promise<unknown>} */
  get(key) {
    return this.#run("readonly", (store) => store.get(key)).catch(() => undefined);
  }

  /** Whether it is surely not there: what cannot be looked at is not taken for gone. @param {string} key */
  async lacks(key) {
    return this.#run("readonly", (store) => store.count(key))
      .then((amount) => amount === 0)
      .catch(() => false);
  }

  /** All values whose key begins so, in the order of their keys. @param {string} prefix @returns {Promise<unknown[]>} */
  async all(prefix) {
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    const found = await this.#run("readonly", (store) => store.getAll(range)).catch(() => []);
    return Array.isArray(found) ? found : [];
  }

  /** @param {string} key @param {unknown} value */
  async set(key, value) {
    await this.#run("readwrite", (store) => store.put(value, key)).catch(() => {});
  }

  /** @param {string} key */
  async remove(key) {
    await this.#run("readwrite", (store) => store.delete(key)).catch(() => {});
  }

  /**
   * A browser may close the database by itself, after sleep for one: then it is opened again.
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest} act
   */
  async #run(mode, act) {
    try {
      return await this.#once(mode, act);
    } catch {
      this.#database = null;
      return this.#once(mode, act);
    }
  }

  /** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} act @returns {Promise<unknown>} */
  async #once(mode, act) {
    this.#database ??= opened(this.factory);
    const request = act((await this.#database).transaction(STORE, mode).objectStore(STORE));
    return done(request);
  }
}

/** @param {IDBFactory} factory @returns {Promise<IDBDatabase>} */
async function opened(factory) {
  const request = factory.open("pilot", 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const database = await done(request);
  database.onversionchange = () => database.close();
  return database;
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {Window} window */
export function vaultOf(window) {
  try {
    return window.indexedDB ? new Vault(window.indexedDB) : null;
  } catch {
    return null; // forbidden by the browser's settings
  }
}
