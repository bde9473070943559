// @ts-check
/**
 * How a channel and its receivers fare, in words. Pure.
 *
 * @import * as P from "../protocol.gen"
 * @import { IconName } from "../icons.js"
 */
import { ago } from "../format.js";

const RECEIVERS_NAMED = 3; // receivers that are named

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
  return `Last delivery ${whenWords(deliveredAt, now)}${receiver && endpoints.length > 1 ? `, ${receiver.name}` : ""}`;
}

/** What went wrong last, and when. @param {{ error?: string, errorAt?: number }} told @param {number} now */
export function lastError({ error, errorAt }, now) {
  if (!error) return "";
  return errorAt ? `${error} (${whenWords(errorAt, now)})` : error;
}

/** Those that have a line of their own: devices; of the others those in trouble. @param {P.ChannelState} channel */
export function receiversNamed({ channel, endpoints }) {
  const several = endpoints.length > 1;
  return channel === "push" ? endpoints : endpoints.filter(({ state }) => several && state !== "ready");
}

/** @param {P.EndpointState} receiver @param {number} now */
export function receiverWords(receiver, now) {
  const trouble = lastError(receiver, now);
  if (receiver.state === "paused") return `Paused, tried again later. ${trouble}`.trim();
  if (trouble) return trouble;
  return receiver.deliveredAt ? `Last delivery ${whenWords(receiver.deliveredAt, now)}` : "Nothing was sent yet";
}

/** "VS Code · shop, Firefox on Linux and 2 more": where it goes; devices have lines of their own. @param {P.ChannelState} channel */
export function reachedWords({ channel, endpoints }) {
  if (channel === "push") return "";
  const names = endpoints
    .slice(0, RECEIVERS_NAMED)
    .flatMap(({ name }) => (name === CHANNELS[channel].name ? [] : [name]));
  const more = endpoints.length - RECEIVERS_NAMED;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
