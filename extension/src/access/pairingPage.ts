/** The page that shows a device the way in. Pure; its texts are handed in. */
import type { HubAddress, PairingLink, PairingWay, QrCode } from "../protocol.gen";
import { SCRIPT, STYLE } from "./pairingLook";

export interface Words {
  title: string;
  /** What the code is good for. */
  does: string;
  scan: string;
  /** Names the choice between several ways. */
  ways: string;
  /** `{0}` is an address, `{1}` what to type there. */
  type: string;
  /** `{0}` is where the certificate is, `{1}` its fingerprint. */
  certificate: string;
  /** What does not work on a way that browsers do not take for safe. */
  insecure: string;
  /** No other device can get here; what to do about it follows. */
  unreachable: string;
  tunnel: string;
  network: string;
  copy: string;
  copied: string;
  renew: string;
  /** `{0}` is the time left. */
  expires: string;
  expired: string;
  devices: string;
}

/** What the page tells the extension; `copy` names the way by its place. */
export type PairingMessage = { type: "copy"; way: number } | { type: "renew" | "tunnel" | "network" | "devices" };

/** What the extension tells the page: somebody came in by this code. */
export interface Arrived {
  type: "arrived";
  text: string;
}

/** Read what the page says; undefined for anything else. */
export function readPairingMessage(data: unknown): PairingMessage | undefined {
  if (typeof data !== "object" || data === null || !("type" in data)) return undefined;
  const { type } = data;
  if (type === "renew" || type === "tunnel" || type === "network" || type === "devices") return { type };
  if (type !== "copy" || !("way" in data) || !Number.isInteger(data.way)) return undefined;
  return { type, way: Number(data.way) };
}

/** What a phone has to trust in the network. */
export interface Certificate {
  path: string;
  fingerprint: string;
}

/** Return the page. Codes are black on white whatever the theme: cameras want it so. */
export function pairingPage(link: PairingLink, words: Words, nonce: string, certificate?: Certificate): string {
  const notes = (way: PairingWay): string => typedPart(way, link.short, words) + notePart(way, words, certificate);
  const ways = link.ways.map((way, at) => wayPart(way, at, words.scan, notes(way))).join("");
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<title>${safe(words.title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
<h1>${safe(words.title)}</h1>
<p>${safe(words.does)}</p>
<div id="open">
${link.ways.length ? `<p>${safe(words.scan)}</p>${choicePart(link.ways, words)}${ways}` : nowherePart(words)}
${link.advice ? `<p class="quiet advice">${safe(link.advice)}</p>` : ""}
${link.ways.length ? '<p id="left" class="quiet" role="timer"></p>' : ""}
</div>
<p id="arrived" role="status" hidden></p>
<p class="row">${link.ways.length ? button("copy", words.copy) : ""}${button("renew", words.renew, "second")}${button("devices", words.devices, "second")}</p>
</main>
<script nonce="${nonce}">(${SCRIPT})(${inScript({ expiresAt: Math.trunc(link.expiresAt), expires: words.expires, expired: words.expired, copied: words.copied, copy: words.copy })});</script>
</body>
</html>`;
}

/** Radio buttons, best way first; none where there is no choice. */
function choicePart(ways: PairingWay[], words: Words): string {
  if (ways.length < 2) return "";
  const choices = ways.map(
    ({ address }, at) =>
      `<label><input type="radio" name="way" value="${at}"${at ? "" : " checked"}>${safe(address.label)}</label>`,
  );
  return `<fieldset><legend>${safe(words.ways)}</legend>${choices.join("")}</fieldset>`;
}

function wayPart({ url, qr }: PairingWay, at: number, scan: string, notes: string): string {
  return `<section data-way="${at}"${at ? " hidden" : ""}>
${picture(qr, scan)}
<p class="link"><code>${safe(url)}</code></p>
${notes}</section>`;
}

function typedPart({ address }: PairingWay, short: string, words: Words): string {
  if (!short) return "";
  return `<p>${filled(words.type, `<code>${safe(address.url)}</code>`, `<code class="short">${safe(short)}</code>`)}</p>\n`;
}

/** What is to be minded on a way. */
function notePart({ address }: PairingWay, words: Words, certificate: Certificate | undefined): string {
  if (!address.secure) return `<p class="quiet">${safe(words.insecure)}</p>\n`;
  if (!isCertified(address) || !certificate) return "";
  const [place, print] = [`${address.url}${certificate.path}`, certificate.fingerprint];
  return `<p class="quiet">${filled(words.certificate, `<code>${safe(place)}</code>`, `<code>${safe(print)}</code>`)}</p>\n`;
}

/** Whether a phone has to trust our own certificate there. */
export function isCertified({ reach, url }: HubAddress): boolean {
  return reach === "lan" && url.startsWith("https:");
}

function nowherePart(words: Words): string {
  return `<p class="trouble">${safe(words.unreachable)}</p>
<p class="row">${button("tunnel", words.tunnel)}${button("network", words.network, "second")}</p>`;
}

function picture(qr: QrCode, label: string): string {
  const size = Math.trunc(qr.size);
  const path = /^[Mhvz\d\s-]*$/.test(qr.path) ? qr.path : "";
  return `<svg role="img" aria-label="${safe(label)}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">
<rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`;
}

function button(id: string, label: string, kind = ""): string {
  return `<button id="${id}"${kind && ` class="${kind}"`}>${safe(label)}</button>`;
}

/** A text with markup in its holes. */
function filled(text: string, ...parts: string[]): string {
  return safe(text).replace(/\{(\d)\}/g, (hole, at) => parts[Number(at)] ?? hole);
}

/** JSON that cannot end the script it stands in. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function safe(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
