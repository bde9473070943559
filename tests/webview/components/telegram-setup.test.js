// @ts-check
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { notificationsView } from "../samples.js";
import { actingPage, settled } from "./acting-page.js";
import { button } from "./page.js";

const NOW = 1_800_000_000_000;
const BINDING = {
  code: "K7QW-3MNP",
  bot: "shop_bot",
  link: "https://t.me/shop_bot?start=K7QW3MNP",
  command: "/pair K7QW-3MNP",
  expiresAt: NOW + 60_000,
};

beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(() => vi.useRealTimers());

/** @param {Record<string, string>} values @param {string} [link] @returns {any} */
function settings(values, link = "https://t.me/BotFather") {
  const names = ["telegram_token", "telegram_chat_id", "telegram_user_ids"];
  const settings = names.map((name) => ({
    name,
    value: values[name] ?? "",
    ...(name === "telegram_token" && { link }),
  }));
  return { settings, problems: [] };
}

/** @param {Record<string, string>} values @param {any} [change] @param {any} [binding] */
async function opened(values, change, binding = () => BINDING) {
  const made = actingPage("telegram-setup", change, { "telegram.bind": binding });
  made.store.setUi({ notifications: notificationsView() });
  // SAFETY: the element registered under that name
  const setup = /** @type {import("../../../webview/js/components/telegram-setup.js").TelegramSetup} */ (made.element);
  setup.take(settings(values));
  return { ...made, setup };
}

test("a stranger is led from nothing to a token", async () => {
  const { element } = await opened({});
  expect(element.querySelectorAll(".steps li")).toHaveLength(3);
  expect(element.querySelector(".steps a")?.getAttribute("href")).toBe("https://t.me/BotFather");
  expect(button(element, "Connect a chat").hidden).toBe(true);
});

test("a code is shown, waited for, and gone once somebody sent it", async () => {
  const { element, setup } = await opened({ telegram_token: "•••" });
  button(element, "Connect a chat").click();
  await settled();
  expect(element.querySelector("telegram-code a")?.getAttribute("href")).toBe(BINDING.link);
  expect(element.textContent).toContain("/pair K7QW-3MNP");
  expect(element.textContent).toContain("1:00 left");
  expect(button(element, "Connect a chat").hidden).toBe(true);
  vi.advanceTimersByTime(5_000);
  expect(element.textContent).toContain("0:55 left");
  setup.take(settings({ telegram_token: "•••", telegram_chat_id: "42", telegram_user_ids: "42" }));
  expect(element.textContent).toContain("The chat is connected.");
  expect(element.textContent).toContain("Connected to chat 42. Answers of one person count.");
  expect(element.querySelector("telegram-code")?.textContent).toBe("");
  expect(document.activeElement).toBe(button(element, "Connect another chat"));
});

test("whoever is at a step's link stays there while things are told", async () => {
  const { element, store } = await opened({});
  element.querySelector("a")?.focus();
  store.setUi({ notifications: notificationsView() });
  expect(document.activeElement).toBe(element.querySelector("a"));
});

test("what somebody else saves meanwhile is not taken for the chat", async () => {
  const { element, setup } = await opened({ telegram_token: "•••", telegram_chat_id: "1", telegram_user_ids: "1" });
  button(element, "Connect another chat").click();
  await settled();
  setup.take(settings({ telegram_token: "•••", telegram_chat_id: "1", telegram_user_ids: "1" }));
  expect(element.textContent).toContain("Waiting for the code.");
});

test("a code that nobody sent in time makes room for another", async () => {
  const asked = vi.fn(() => ({ ...BINDING, expiresAt: Date.now() + 60_000 }));
  const { element } = await opened({ telegram_token: "•••" }, {}, asked);
  button(element, "Connect a chat").click();
  await settled();
  vi.advanceTimersByTime(61_000);
  expect(element.textContent).toContain("The code has expired");
  button(element, "New code").click();
  await settled();
  expect(asked).toHaveBeenCalledTimes(2);
  expect(element.textContent).toContain("1:00 left");
});

test("a bot that cannot be used says why, in place", async () => {
  const { element } = await opened({ telegram_token: "•••" }, {}, () => Promise.reject(new Error("no")));
  button(element, "Connect a chat").click();
  await settled();
  expect(element.querySelector(".test-result")?.getAttribute("data-ok")).toBe("false");
  expect(button(element, "Connect a chat").hidden).toBe(false);
});

test("a link that leads elsewhere is not offered", async () => {
  const { element, setup } = await opened({ telegram_token: "•••" }, {}, () => ({
    ...BINDING,
    link: "javascript:alert(1)",
  }));
  setup.take(settings({ telegram_token: "•••" }, "javascript:alert(1)"));
  button(element, "Connect a chat").click();
  await settled();
  expect(element.querySelectorAll("a")).toHaveLength(0);
});

test("who may not change settings sees how it is, and no steps", async () => {
  const viewer = { id: "d", kind: "device", name: "Phone", scope: "operate" };
  const { element } = await opened({ telegram_token: "•••", telegram_chat_id: "-5" }, { viewer });
  expect(element.textContent).toContain("Connected to chat -5.");
  expect(/** @type {HTMLElement} */ (element.querySelector(".steps")).hidden).toBe(true);
  expect(button(element, "Connect another chat").hidden).toBe(true);
});
