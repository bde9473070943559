/** Reads what a webview says: whatever it is, it becomes one of the known messages or a reason why not. */
import type { FromPage } from "../../../webview/js/host/messages";

export type { FromPage, Refusal, Shown, ToPage } from "../../../webview/js/host/messages";
export type { Away, Offer } from "../../../webview/js/types";

const LONGEST = 1_000_000; // characters of one message
const LONGEST_CALL = 8_000_000; // with a prompt's pictures; the hub takes 8 MiB
const LONGEST_SAVED = 64_000_000; // characters of a text to be saved
const LONGEST_PATH = 4_096;
const LONGEST_NAME = 100;

/** What was not understood; `id` where an answer can be addressed to it. */
export interface Nonsense {
  type: "nonsense";
  why: string;
  id?: number | undefined;
}

/** Return the message, with only the fields that belong to it. */
export function readMessage(data: unknown): FromPage | Nonsense {
  if (!isPlain(data)) return nonsense("it is no object");
  const id = isNumber(data.id) ? data.id : undefined;
  if (data.type === "save") return readSave(data);
  if (sizeOf(data) > (data.type === "call" ? LONGEST_CALL : LONGEST)) return nonsense("it is too large", id);
  switch (data.type) {
    case "ready":
    case "unsubscribe":
    case "attended":
      return { type: data.type };
    case "call":
      return readCall(data, id);
    case "subscribe":
      if (!isNumber(data.stream) || !isText(data.cursor, LONGEST_NAME))
        return nonsense("a subscription needs a cursor");
      return { type: "subscribe", stream: data.stream, cursor: data.cursor };
    case "run":
      return isText(data.command, LONGEST_NAME) ? { type: "run", command: data.command } : nonsense("no command");
    case "openFile":
      return isText(data.path, LONGEST_PATH) ? { type: "openFile", path: data.path } : nonsense("no path");
    default:
      return nonsense(`its type is ${String(JSON.stringify(data.type)).slice(0, LONGEST_NAME)}`, id);
  }
}

function readSave({ name, mime, text }: Record<string, unknown>): FromPage | Nonsense {
  if (!isText(name, LONGEST_NAME) || !isText(mime, LONGEST_NAME))
    return nonsense("what is saved needs a name and a kind");
  if (typeof text !== "string" || text.length > LONGEST_SAVED)
    return nonsense("what is saved must be a text, and not too large");
  return { type: "save", name, mime, text };
}

function readCall(data: Record<string, unknown>, id: number | undefined): FromPage | Nonsense {
  if (id === undefined) return nonsense("a call needs a number");
  if (!isText(data.name, LONGEST_NAME)) return nonsense("a call needs a name", id);
  if (!isPlain(data.params)) return nonsense("parameters must be a plain object", id);
  return { type: "call", id, name: data.name, params: data.params };
}

function nonsense(why: string, id?: number): Nonsense {
  return { type: "nonsense", why, id };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= longest;
}

function sizeOf(data: object): number {
  try {
    return JSON.stringify(data).length;
  } catch {
    return Number.POSITIVE_INFINITY; // it refers to itself, or is nothing that JSON knows
  }
}
