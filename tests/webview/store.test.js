// @ts-check
import { expect, test } from "vitest";
import { Store } from "../../webview/js/store.js";
import { events } from "./samples.js";

test("an answer that could not be delivered stops complaining once the agent is back", () => {
  const store = new Store((callback) => callback());
  store.setUi({ askProblems: { a1: { message: "The agent that asked is not connected at the moment." } } });
  for (const event of events({ type: "pilot.prompt.received", messageId: "m", text: "Go" })) store.apply(event);
  expect(store.ui.askProblems).toHaveProperty("a1");
  const status = { agent: "opencode", connections: 1 };
  for (const event of events({ type: "pilot.agent.status", agent: "opencode", status })) store.apply(event);
  expect(store.ui.askProblems).toEqual({});
});
