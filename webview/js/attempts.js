// @ts-check
/** @import { Store } from "./store.js" */

import { asProblem } from "./connection/sync.js";
import { CallError } from "./host/channel.js";

/** Do what may fail, and say so when it does. @param {Store} store @param {() => Promise<unknown>} call */
export async function attempt(store, call) {
  try {
    await call();
    return true;
  } catch (error) {
    complain(store, error);
    return false;
  }
}

/** Tell a person what went wrong with the last thing they did. @param {Store} store @param {unknown} error */
export function complain(store, error) {
  if (error instanceof CallError && error.status === 401) store.setUi({ phase: "unpaired" });
  else store.setUi({ notice: asProblem(error) });
}
