import { describe, expect, it } from "vitest";
import { formatLink, parseLink } from "../../../extension/src/links/links";
import { Uri } from "../fakes/vscode";

const HOME = "code-oss://agent-pilot.agent-pilot";

/** What the handler makes of a link that came from outside. */
function read(link: string) {
  return parseLink(Uri.parse(HOME + link));
}

describe("links to places", () => {
  it.each([
    ["/session/ses_0123abc", { kind: "session", id: "ses_0123abc" }],
    ["/session/0198f0a2-7a7e-7c31-8f2e-d5f1f1f6a001", { kind: "session", id: "0198f0a2-7a7e-7c31-8f2e-d5f1f1f6a001" }],
    ["/ask/cdx_5f2a-2", { kind: "ask", id: "cdx_5f2a-2" }],
    ["/ask/per%5F1", { kind: "ask", id: "per_1" }],
    ["/pair", { kind: "pair" }],
  ])("%s leads there", (link, place) => {
    expect(read(link)).toEqual({ place });
  });

  it.each([
    ["", "unknown"],
    ["/", "unknown"],
    ["/session", "unknown"],
    ["/ask", "unknown"],
    ["/approve/per_1", "unknown"],
    ["/session/ses_1/prompt", "unknown"],
    ["/ask/per_1/decide", "unknown"],
    ["/ask/../session/ses_1", "unknown"],
    ["/ask/per_1%2Fdecide", "unknown"],
    ["//evil/ask/per_1", "unknown"],
    ["/pair/", "unknown"],
    ["/PAIR", "unknown"],
    ["/Ask/per_1", "unknown"],
    ["/ask/", "id"],
    ["/ask/..", "id"],
    ["/ask/%2e%2e", "id"],
    ["/ask/-rf", "id"],
    ["/ask/per 1", "id"],
    ["/ask/per%001", "id"],
    ["/ask/per%0A1", "id"],
    ["/ask/per%25201", "id"],
    ["/ask/$(reboot)", "id"],
    ["/ask/<img>", "id"],
    ["/ask/пер_1", "id"],
    ["/ask/per_1%E2%80%AE", "id"],
    [`/ask/${"a".repeat(201)}`, "id"],
    ["/ask/per_1?decision=allow_once", "extra"],
    ["/ask/per_1#allow", "extra"],
    ["/session/ses_1?prompt=rm", "extra"],
    ["/pair?scope=admin", "extra"],
  ])("%s is refused", (link, fault) => {
    expect(read(link)).toEqual({ fault });
  });

  it("takes the longest id there may be", () => {
    expect(read(`/ask/${"a".repeat(200)}`)).toHaveProperty("place");
  });

  it.each([{ kind: "session", id: "ses_1" }, { kind: "ask", id: "mcp:elicit@1~x" }, { kind: "pair" }] as const)(
    "what is written is read back: %o",
    (place) => {
      const link = formatLink("vscode-insiders", "agent-pilot.agent-pilot", place);
      expect(link).toMatch(/^vscode-insiders:\/\/agent-pilot\.agent-pilot\//);
      expect(parseLink(Uri.parse(link))).toEqual({ place });
    },
  );
});
