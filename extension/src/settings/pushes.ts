/** Which of the hub's settings are to be sent to it. Pure. */

export type Value = string | number | boolean;
export type Values = Record<string, Value>;

/** A setting to send; null gives it back to the hub. */
export interface Push {
  name: string;
  value: Value | null;
}

/**
 * Compare what is set in VS Code now with what was sent last. Only a difference is sent: what somebody changed in the
 * dashboard since then stays.
 */
export function pushesOf(set: Readonly<Values>, sent: Readonly<Values>): Push[] {
  const changed = Object.entries(set).filter(([name, value]) => sent[name] !== value);
  const removed = Object.keys(sent).filter((name) => !(name in set));
  return [...changed.map(([name, value]) => ({ name, value })), ...removed.map((name) => ({ name, value: null }))];
}

/** What was sent, after one more. */
export function withPush(sent: Readonly<Values>, { name, value }: Push): Values {
  const { [name]: _before, ...others } = sent;
  return value === null ? others : { ...others, [name]: value };
}

export function isValue(value: unknown): value is Value {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
