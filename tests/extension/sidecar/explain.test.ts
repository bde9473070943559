import { expect, test } from "vitest";
import { explainInstall } from "../../../extension/src/sidecar/explain";

test.each([
  [
    "no network",
    `WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(': Failed to establish a new connection: [Errno 111] Connection refused')': /simple/aiohttp/
ERROR: Could not find a version that satisfies the requirement aiohttp==3.14.5 (from versions: none)
ERROR: No matching distribution found for aiohttp==3.14.5
`,
    "Pilot's Python packages could not be downloaded: the package index cannot be reached. (No matching distribution found for aiohttp==3.14.5)",
  ],
  [
    "a full disk",
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n\n",
    "The disk is full. (Could not install packages due to an OSError: [Errno 28] No space left on device)",
  ],
  [
    "another package than ours",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n    aiohttp==3.14.5:\n        Expected sha256 aa\n             Got        bb\n",
    "The package index sent a package that is not the one Pilot was made with. (THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.)",
  ],
  [
    "a certificate",
    "ERROR: Could not fetch URL https://x: There was a problem confirming the ssl certificate: SSLError(1, CERTIFICATE_VERIFY_FAILED)",
    /^The package index could not be trusted/,
  ],
  [
    "uv without network",
    "error: Failed to fetch: `x`\n  Caused by: error sending request for url (x)\n",
    /cannot be reached\. \(Failed to fetch: `x`\)$/,
  ],
  [
    "a traceback",
    "Traceback (most recent call last):\n  File\nImportError: libssl.so.3: cannot open\n",
    "Pilot's Python packages could not be installed. (ImportError: libssl.so.3: cannot open)",
  ],
  ["nothing said", "", "Pilot's Python packages could not be installed."],
])("%s", (_, said, message) => {
  const problem = explainInstall(said);
  if (typeof message === "string") expect(problem.message).toBe(message);
  else expect(problem.message).toMatch(message);
  expect(problem.hint).toBeTruthy();
});
