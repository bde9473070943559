import { expect, test } from "vitest";
import { compareVersions, judge, type Verdict } from "../../../extension/src/sidecar/handshake";

const ours = { version: "1.2.0", protocol: 2 };

test.each<[string, number, Verdict]>([
  ["1.2.0", 2, { use: true }],
  ["1.1.9", 2, { use: true, offer: "restart" }],
  ["1.2.0rc1", 2, { use: true, offer: "restart" }],
  ["1.2.1", 2, { use: true, offer: "update" }],
  ["1.10.0", 2, { use: true, offer: "update" }],
  ["1.1.0", 1, { use: false, remedy: "restart" }],
  ["1.3.0", 3, { use: false, remedy: "update" }],
  ["1.2.0", 3, { use: false, remedy: "update" }],
])("a hub of version %s with protocol %i", (version, protocol, verdict) => {
  expect(judge({ version, protocol }, ours)).toEqual(verdict);
});

test.each([
  ["1.2", "1.2.0", 0],
  ["1.2.0", "1.2.0+local", 0],
  ["1.2.0.dev3", "1.2.0", -1],
  ["1.2.0a1", "1.2.0b1", -1],
  ["2.0", "1.99.99", 1],
  ["nonsense", "1.0", -1],
])("%s beside %s", (a, b, order) => {
  expect(Math.sign(compareVersions(a, b))).toBe(order);
  expect(Math.sign(compareVersions(b, a))).toBe(order === 0 ? 0 : -order);
});
