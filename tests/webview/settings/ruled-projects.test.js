// @ts-check
import { expect, test } from "vitest";
import { ruledProjects } from "../../../webview/js/settings/ruled-projects.js";

/** @param {number} amount @returns {any} */
const projects = (amount) =>
  Object.fromEntries(
    [...Array(amount).keys()].map((id) => [
      `p${id}`,
      { id: `p${id}`, name: `app ${String(id).padStart(2, "0")}`, directory: `/code/${id}` },
    ]),
  );

test("a few are all in sight, by name", () => {
  const { shown, hidden, searchable } = ruledProjects(projects(3), {}, "");
  expect(shown.map(({ name }) => name)).toEqual(["app 00", "app 01", "app 02"]);
  expect([hidden, searchable]).toEqual([0, false]);
});

test("numbers in names count as numbers", () => {
  const many = { a: { id: "a", name: "app 10", directory: "" }, b: { id: "b", name: "app 9", directory: "" } };
  expect(ruledProjects(/** @type {any} */ (many), {}, "").shown.map(({ id }) => id)).toEqual(["b", "a"]);
});

test("of many those with a rule stay in sight, and no row moves when it gets one", () => {
  const before = ruledProjects(projects(40), { p33: "nothing" }, "");
  expect(before.shown.map(({ id }) => id)).toEqual(["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p33"]);
  expect([before.hidden, before.searchable]).toEqual([31, true]);
  const after = ruledProjects(projects(40), { p33: "nothing", p5: "asks" }, "").shown.map(({ id }) => id);
  expect(after.slice(0, 8)).toEqual(before.shown.slice(0, 8).map(({ id }) => id));
});

test("a search goes through names and folders", () => {
  expect(ruledProjects(projects(40), {}, "code 3 APP").shown.map(({ id }) => id)).toContain("p3");
  expect(ruledProjects(projects(40), {}, "nothing like it").shown).toEqual([]);
});

test("a rule of a project that is gone can be taken away", () => {
  expect(ruledProjects({}, { gone: "nothing" }, "").shown).toMatchObject([{ id: "gone" }]);
});
