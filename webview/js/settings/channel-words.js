// @ts-check
/**
 * How a channel and its receivers fare, in words. Pure.
 *
 * @import * as P from "../protocol.gen"
 * @import { IconName } from "../icons.js"
 */
import { ago, plural } from "../format.js";

/** @type {Record<P.ChannelState["channel"], { name: string, about: string, icon: IconName }>} */
export const CHANNELS = {
  desk: { name: "This desk", about: "VS Code and open pages", icon: "columns" },
  push: { name: "Phones and browsers", about: "Push, also while the page is closed", icon: "phone" },
  telegram: { name: "Telegram", about: "One chat, with buttons to answer", icon: "plane" },
};

/** @type {Record<P.ChannelState["state"], { word: string, icon: IconName }>} */
export const CHANNEL_STATES = {
  off: { word: "Off", icon: "denied" },
  ready: { word: "Ready", icon: "check" },
  failing: { word: "Failing", icon: "alert" },
};

/** "2 min ago", "just now", "on 4 May". @param {number} at @param {number} now */
export function whenWords(at, now) {
  const words = ago(at, now);
  if (words === "now") return "just now";
  return / (s|min|h)$/.test(words) ? `${words} ago` : words;
}

/** What arrived last, and where. @param {P.ChannelState} channel @param {number} now */
export function lastArrival({ deliveredAt, endpoints }, now) {
  if (!deliveredAt) return "";
  const receiver = endpoints.find((one) => one.deliveredAt === deliveredAt);
  return `Last one ${whenWords(deliveredAt, now)}${receiver ? `, ${receiver.name}` : ""}`;
}

/** What went wrong last, and when. @param {{ error?: string, errorAt?: number }} told @param {number} now */
export function lastError({ error, errorAt }, now) {
  if (!error) return "";
  return errorAt ? `${error} (${whenWords(errorAt, now)})` : error;
}

/** @param {P.EndpointState} receiver @param {number} now */
export function receiverWords(receiver, now) {
  const trouble = lastError(receiver, now);
  if (receiver.state === "paused") return `Paused, tried again later. ${trouble}`.trim();
  if (trouble) return trouble;
  return receiver.deliveredAt ? `Last one ${whenWords(receiver.deliveredAt, now)}` : "Nothing was sent yet";
}

/** "3 devices", "2 windows and pages". @param {P.ChannelState} channel */
export function reachedAmount({ channel, endpoints }) {
  if (channel === "push") return plural(endpoints.length, "device");
  if (channel === "desk") return plural(endpoints.length, "window or page", "windows and pages");
  return plural(endpoints.length, "chat");
}
