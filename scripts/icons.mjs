// Draws the app's icons: an arrow on a rounded square, as SVG and as PNG. `npm run icons` writes webview/icons and the extension's.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32, deflateSync } from "node:zlib";

const TARGET = join(dirname(fileURLToPath(import.meta.url)), "..", "webview", "icons");
const EXTENSION = join(TARGET, "..", "..", "extension", "media");
const FROM = [0x1f, 0x5f, 0xd6];
const TO = [0x8a, 0x5c, 0xf6];
const AMBER = "#f59e0b";
const ARROW = [
  [0.5, 0.2],
  [0.77, 0.78],
  [0.5, 0.64],
  [0.23, 0.78],
];
const SAMPLES = 4; // per axis and pixel

mkdirSync(TARGET, { recursive: true });
writeFileSync(join(TARGET, "icon.svg"), svg(""));
writeFileSync(join(TARGET, "favicon.svg"), svg(""));
writeFileSync(
  join(TARGET, "favicon-waiting.svg"),
  svg(`<circle cx="76" cy="24" r="24" fill="${AMBER}" stroke="#fff" stroke-width="5"/>`),
);
writeFileSync(join(TARGET, "icon-192.png"), png(192, { radius: 0.24, scale: 1 }));
writeFileSync(join(TARGET, "icon-512.png"), png(512, { radius: 0.24, scale: 1 }));
writeFileSync(join(TARGET, "icon-maskable-512.png"), png(512, { radius: 0, scale: 0.7 }));
writeFileSync(join(EXTENSION, "icon.png"), png(256, { radius: 0.24, scale: 1 }));

function svg(extra) {
  const points = ARROW.map(([x, y]) => `${x * 100},${y * 100}`).join(" ");
  const stops = `<stop stop-color="${hex(FROM)}"/><stop offset="1" stop-color="${hex(TO)}"/>`;
  const fill = `<linearGradient id="g" x1="0" y1="0" x2="1" y2="1">${stops}</linearGradient>`;
  const square = '<rect width="100" height="100" rx="24" fill="url(#g)"/>';
  const arrow = `<polygon points="${points}" fill="#fff" stroke="#fff" stroke-width="4" stroke-linejoin="round"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">${fill}${square}${arrow}${extra}</svg>\n`;
}

function png(size, shape) {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) rows.set(pixel(x, y, size, shape), y * (size * 4 + 1) + 1 + x * 4);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function pixel(x, y, size, shape) {
  let inside = 0;
  let white = 0;
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const u = (x + ((i % SAMPLES) + 0.5) / SAMPLES) / size;
    const v = (y + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) / size;
    if (inSquare(u, v, shape.radius)) inside++;
    if (inArrow(0.5 + (u - 0.5) / shape.scale, 0.5 + (v - 0.5) / shape.scale)) white++;
  }
  const all = SAMPLES * SAMPLES;
  const t = (x + y) / (2 * size);
  const colour = FROM.map((from, i) =>
    Math.round((from + (TO[i] - from) * t) * (1 - white / all) + 255 * (white / all)),
  );
  return [...colour, Math.round((255 * inside) / all)];
}

function inSquare(u, v, radius) {
  const dx = Math.max(0, Math.abs(u - 0.5) - 0.5 + radius);
  const dy = Math.max(0, Math.abs(v - 0.5) - 0.5 + radius);
  return radius === 0 || Math.hypot(dx, dy) <= radius;
}

function inArrow(u, v) {
  let inside = false;
  for (let i = 0, j = ARROW.length - 1; i < ARROW.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [ARROW[i], ARROW[j]];
    if (yi > v !== yj > v && u < ((xj - xi) * (v - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  frame.set(body, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

function hex(colour) {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
