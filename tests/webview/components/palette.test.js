// @ts-check
import { afterEach, describe, expect, test } from "vitest";
import { CAPABLE, session } from "../samples.js";
import { button, page } from "./page.js";

afterEach(() => document.body.replaceChildren());

const settled = () => new Promise((done) => setTimeout(done));
const models = ["a", "b"].map((id) => ({
  id: `model:${id}`,
  title: `Model ${id}`,
  group: "Models",
  current: id === "b",
  run: (/** @type {any} */ actions) => actions.picked(id),
}));
const page1 = { id: "page:models", title: "Switch the model…", group: "Actions", run() {}, page: { title: "Model for the next prompt", load: async () => models } }; // biome-ignore format: one line

/** @param {string[]} [recent] */
async function palette(recent = []) {
  const sessions = [
    session({ id: "s1", title: "Fix the cart", files: [] }),
    session({ id: "s2", title: "Bill <b>bold</b>", state: "busy", capabilities: CAPABLE }),
  ];
  /** @type {string[]} */ const used = [];
  const finding = { "finding.choices": async () => [page1, ...models], "finding.settings": async () => [], "finding.recent": recent, "finding.remember": (/** @type {any} */ one) => used.push(one.id) }; // biome-ignore format: one line
  const shown = page("palette-sheet", { sessions }, finding);
  shown.store.setUi({ sheet: "palette" });
  await settled();
  const field = shown.element.querySelector("input");
  if (!field) throw new Error("no field");
  const type = (/** @type {string} */ text) => {
    field.value = text;
    field.dispatchEvent(new Event("input"));
  };
  const press = async (/** @type {string} */ key, /** @type {object} */ held = {}) => {
    field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held }));
    await settled();
  };
  const titles = () => [...shown.element.querySelectorAll(".option-title")].map((one) => one.textContent);
  const marked = () => shown.element.querySelector("[aria-selected=true] .option-title")?.textContent;
  return { ...shown, field, type, press, titles, marked, used };
}

describe("the palette", () => {
  test("offers some of everything before a letter is typed, without the long lists", async () => {
    const { titles, element } = await palette();
    expect(titles()).toEqual(expect.arrayContaining(["Fix the cart", "New session…", "shop", "Switch the model…"]));
    expect(titles()).not.toContain("Model a");
    expect(element.querySelector("dialog")?.open).toBe(true);
  });

  test("what was used lately comes first", async () => {
    const { titles, element } = await palette(["session:s2", "gone"]);
    expect(element.querySelector("h3")?.textContent).toBe("Used lately");
    expect(titles()[0]).toBe("Bill <b>bold</b>");
  });

  test("finds by a few letters, says which, and takes text as text", async () => {
    const { type, titles, element } = await palette();
    type("bill");
    expect(titles()).toEqual(["Bill <b>bold</b>"]);
    expect(element.querySelector("mark")?.textContent).toBe("Bill");
    expect(element.querySelector("b")).toBeNull();
    type("zzz");
    expect(element.querySelector("[role=status]")?.textContent).toBe("Nothing fits “zzz”.");
  });

  test("is a combobox: the field keeps the focus and names the option", async () => {
    const { field, press, marked, element, type } = await palette();
    type("s");
    expect([field.getAttribute("role"), field.getAttribute("aria-expanded")]).toEqual(["combobox", "true"]);
    const first = marked();
    await press("ArrowDown");
    expect(marked()).not.toBe(first);
    const named = element.querySelector(`#${field.getAttribute("aria-activedescendant")}`);
    expect([named?.getAttribute("aria-selected"), named?.getAttribute("role")]).toEqual(["true", "option"]);
    await press("ArrowUp");
    await press("ArrowUp");
    expect(marked()).not.toBe(first); // round to the last one
  });

  test("Enter runs, remembers and closes; Alt+Enter opens beside", async () => {
    const { type, press, asked, used, store } = await palette();
    type("cart");
    await press("Enter");
    expect([asked, used, store.ui.sheet]).toEqual([[["openSession", "s1"]], ["session:s1"], null]);
    store.setUi({ sheet: "palette" });
    await settled();
    type("cart");
    await press("Enter", { altKey: true });
    expect(asked.at(-1)).toEqual(["frame.openBeside", "s1"]);
  });

  test("Enter that ends a composition of characters runs nothing", async () => {
    const { type, press, asked } = await palette();
    type("cart");
    await press("Enter", { isComposing: true });
    expect(asked).toEqual([]);
  });

  test("a list behind a command opens at what is so now; Backspace goes back", async () => {
    const { type, press, titles, marked, element, asked } = await palette();
    type("switch model");
    await press("Enter");
    expect(titles()).toEqual(["Model a", "Model b"]);
    expect(marked()).toBe("Model b");
    expect(button(element, "Back from").textContent).toBe("‹ Model for the next prompt");
    await press("Backspace");
    expect(titles()).toContain("Fix the cart");
    type("switch model");
    await press("Enter");
    await press("ArrowUp");
    await press("Enter");
    expect(asked).toEqual([["picked", "a"]]);
  });

  test("models are found by name from the first page too", async () => {
    const { type, titles } = await palette();
    type("model a");
    expect(titles()[0]).toBe("Model a");
  });

  test("opens at the models when that was asked for", async () => {
    const { store, titles } = await palette();
    store.setUi({ sheet: null });
    store.setUi({ sheet: "palette", palettePage: "models" });
    await settled();
    expect(titles()).toEqual(["Model a", "Model b"]);
  });
});
