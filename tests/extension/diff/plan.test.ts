import { describe, expect, it } from "vitest";
import { addressIn, placeOf, sessionIn, sessionOwner } from "../../../extension/src/diff/address";
import { nameOf, planOf, wholePath } from "../../../extension/src/diff/plan";

describe("what of an edit can be shown", () => {
  it("tells pairs from gaps and keeps each file's place", () => {
    const plan = planOf(
      [
        { path: "a.py", status: "modified", base: "1", proposed: "2" },
        { path: "b.bin", status: "modified", problem: "it is not text" },
        { path: "c.py", status: "added", proposed: "new" },
      ],
      new Map([["b.bin", "@@"]]),
    );
    expect(plan.pairs).toEqual([
      { index: 0, path: "a.py", status: "modified", base: "1", proposed: "2" },
      { index: 2, path: "c.py", status: "added", base: "", proposed: "new" },
    ]);
    expect(plan.gaps).toEqual([{ index: 1, path: "b.bin", problem: "it is not text", patch: "@@" }]);
  });

  it("never compares a file with a problem, whatever else is there", () => {
    const [file] = planOf([{ path: "a", status: "modified", base: "1", proposed: "2", problem: "" }], new Map()).pairs;
    expect(file).toBeUndefined();
  });

  it.each([
    ["/home/a/x.py", "x.py"],
    ["C:\\a\\x.py", "x.py"],
    ["x.py", "x.py"],
    ["a/b/", "b"],
  ])("the name of %s is %s", (path, name) => expect(nameOf(path)).toBe(name));

  it("a path that is not whole starts in the folder", () => {
    expect(wholePath("src/x.py", "/home/a/")).toBe("/home/a/src/x.py");
    expect(wholePath("/src/x.py", "/home/a")).toBe("/src/x.py");
    expect(wholePath("C:\\x.py", "/home/a")).toBe("C:\\x.py");
  });
});

describe("addresses of texts", () => {
  it.each([
    ["per_1", "before", "/home/ada/app.py"],
    ["per_1", "after", "src\\app.py"],
    [sessionOwner("ses_1"), "patch", "a b/ü.py"],
    ["odd/../id %2F", "after", "app.py"],
  ] as const)("%s %s is read back", (owner, side, path) => {
    expect(addressIn(placeOf({ owner, index: 3, side }, path).query)).toEqual({ owner, index: 3, side });
  });

  it("have the file's own path on both sides, by which the language is known", () => {
    const address = { owner: "per_1", index: 0, side: "after" } as const;
    expect(placeOf(address, "/home/a/app.py")).toEqual({ path: "/home/a/app.py", query: "per_1/0/after" });
    expect(placeOf({ ...address, side: "before" }, "C:\\a\\app.py").path).toBe("/C:/a/app.py");
    expect(placeOf({ ...address, side: "patch" }, "/a/app.py").path).toBe("/a/app.py.diff");
  });

  it("mean nothing else", () => {
    for (const query of ["", "/", "per_1", "per_1/x/after", "per_1/0/middle", "a/b/0/after", "per_1/0/after/"])
      expect(addressIn(query)).toBeUndefined();
    expect(sessionIn("per_1")).toBeUndefined();
    expect(sessionIn(sessionOwner("ses_1"))).toBe("ses_1");
  });
});
