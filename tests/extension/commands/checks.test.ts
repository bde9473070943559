import { describe, expect, it } from "vitest";
import { type Check, checksOf, read } from "../../../extension/src/commands/checks";

const GONE: Check = { id: "hub.alive", status: "fail", message: "No hub is running.", fix: "Run `pilot up`." };
const FINE: Check = { id: "hub.clock", status: "ok", message: "The clock is right.", fix: null };

/** A command that prints what `pilot doctor --json` was asked with, and ends as the real one does on a failure. */
const command = (printed: string): string[] => [
  process.execPath,
  "-e",
  `const words = process.argv.slice(1).join(" ") + " " + process.env.PILOT_HOME;
   process.stdout.write(${JSON.stringify(printed)}.replace("WORDS", words)); process.exitCode = 1`,
  "--",
];

describe("what pilot doctor finds", () => {
  it("is asked of the command that runs Pilot, for this home, whatever its exit code", async () => {
    const printed = JSON.stringify({ checks: [{ ...GONE, message: "WORDS" }, FINE] });
    const found = await checksOf({ home: "/home/ada/.pilot", command: command(printed) });
    expect(found).toEqual([{ ...GONE, message: "doctor --json /home/ada/.pilot" }, FINE]);
  });

  it("is unknown where nothing is installed, or cannot be run", async () => {
    expect(await checksOf({ home: "/h" })).toBeUndefined();
    expect(await checksOf({ home: "/h", command: ["/nonexistent/pilot"] })).toBeUndefined();
    expect(await checksOf({ home: "/h", command: command("usage: pilot") })).toBeUndefined();
  });

  it("is not believed in another shape", () => {
    for (const odd of ["", "null", "[]", "{}", '{"checks": 7}', '{"checks": [7]}', '{"checks": [null]}'])
      expect(read(odd)).toBeUndefined();
    expect(read(JSON.stringify({ checks: [{ ...FINE, status: "odd" }] }))).toBeUndefined();
    expect(read(JSON.stringify({ checks: [{ ...FINE, message: 7 }] }))).toBeUndefined();
    expect(read(JSON.stringify({ checks: [] }))).toEqual([]);
  });
});
