import { describe, expect, it } from "vitest";
import { pairingPage, readPairingMessage, type Words } from "../../../extension/src/access/pairingPage";
import { pairingLink, way } from "../fakes/samples";

const words: Words = {
  title: "Pair <a> phone",
  does: "does",
  scan: "Scan",
  ways: "How",
  type: "Open {0} and type {1}.",
  certificate: "get {0}, compare {1}",
  insecure: "insecure",
  unreachable: "nobody gets here",
  tunnel: "Tunnel",
  network: "Network",
  copy: "Copy",
  copied: "Copied",
  renew: "New",
  expires: "for {0}",
  expired: "</script><script>alert(1)</script>",
  devices: "Devices",
};

describe("the pairing page", () => {
  it("shows each way as a code, black on white, and as text; the best one first", () => {
    const page = pairingPage(pairingLink(), words, "abc");
    expect(
      page.match(/<rect width="29" height="29" fill="#fff"\/><path d="M0 0h7v1h-7z" fill="#000"\/>/g),
    ).toHaveLength(2);
    expect(page).toContain("<code>http://192.168.1.2:4097/pair#code=abc</code>");
    expect(page).toContain('value="0" checked>Wi-Fi (wlan0)</label>');
    expect(page).toContain('<section data-way="0">');
    expect(page).toContain('<section data-way="1" hidden>');
    expect(page).toContain("<h1>Pair &#60;a&#62; phone</h1>");
  });

  it("says what to type where there is no camera", () => {
    const page = pairingPage(pairingLink(), words, "abc");
    expect(page).toContain('Open <code>http://192.168.1.2:4097</code> and type <code class="short">ABCD-EFGH</code>.');
    expect(pairingPage(pairingLink({ short: "" }), words, "abc")).not.toContain('class="short"');
  });

  it("warns of what does not work only where it does not", () => {
    expect(pairingPage(pairingLink(), words, "abc").match(/insecure/g)).toHaveLength(1);
    const safe = pairingLink({ ways: [way("https://x.example.org", "cloudflared", true)] });
    expect(pairingPage(safe, words, "abc")).not.toContain("insecure");
  });

  it("says where the network's certificate is, and what to compare it with", () => {
    const tls = way("https://192.168.1.2:4097", "Wi-Fi", true);
    const lan = { ...tls, address: { ...tls.address, reach: "lan" as const } };
    const ways = [lan, way("https://x.example.org", "cloudflared", true)];
    const page = pairingPage(pairingLink({ ways }), words, "abc", { path: "/pilot-ca.crt", fingerprint: "AB:<C>" });
    expect(page.match(/get <code>/g)).toHaveLength(1);
    expect(page).toContain(
      "get <code>https://192.168.1.2:4097/pilot-ca.crt</code>, compare <code>AB:&#60;C&#62;</code>",
    );
  });

  it("shows no code that leads nowhere, but what to do", () => {
    const page = pairingPage(pairingLink({ ways: [], advice: "Set <it>." }), words, "abc");
    expect(page).not.toContain("<svg");
    expect(page).not.toContain('id="copy"');
    expect(page).toContain("nobody gets here");
    expect(page).toContain("Set &#60;it&#62;.");
    expect(page).toContain('<button id="tunnel">Tunnel</button><button id="network" class="second">Network</button>');
  });

  it("runs its own script only, whatever is in its texts", () => {
    const evil = way('http://x"><script>', '<img src=x onerror="alert(1)">');
    const page = pairingPage(pairingLink({ ways: [evil, evil], short: "<b>" }), words, "abc");
    expect(page).toContain("default-src 'none'; style-src 'nonce-abc'; script-src 'nonce-abc'");
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<\/script>/g)).toHaveLength(1);
    expect(page).not.toContain("<img");
    expect(page).not.toContain("<b>");
  });

  it("draws nothing but a code", () => {
    const odd = { ...way("http://x", "x"), qr: { size: 29, path: '"/><script>' } };
    expect(pairingPage(pairingLink({ ways: [odd] }), words, "abc")).toContain('<path d="" fill="#000"/>');
  });
});

it.each([
  [{ type: "renew", more: 1 }, { type: "renew" }],
  [
    { type: "copy", way: 1 },
    { type: "copy", way: 1 },
  ],
  [{ type: "copy", way: "1" }, undefined],
  [{ type: "copy" }, undefined],
  [{ type: "run", command: "x" }, undefined],
  ["renew", undefined],
  [null, undefined],
])("%j from the page is %j", (said, read) => expect(readPairingMessage(said)).toEqual(read));
