import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { saveText } from "../../../extension/src/dashboard/save";
import { person, reset, Uri, workspace } from "../fakes/vscode";

let written: [path: string, text: string][];

beforeEach(() => {
  reset();
  written = [];
  workspace.workspaceFolders = [{ uri: Uri.file("/home/me/app"), name: "app" }];
  vi.spyOn(workspace.fs, "writeFile").mockImplementation(async (uri, content) => {
    written.push([uri.path, new TextDecoder().decode(content)]);
  });
});
afterEach(() => vi.restoreAllMocks());

test("a transcript goes where the person says; the folder of the window is offered", async () => {
  person.answers = ["/home/me/notes/cart.md", ""];
  await saveText("cart.md", "# Cärt");
  await saveText("cart.md", "# Cärt");
  expect(written).toEqual([
    ["/home/me/notes/cart.md", "# Cärt"],
    ["/home/me/app/cart.md", "# Cärt"],
  ]);
  expect(person.told).toMatchObject([{ kind: "status", message: "Saved cart.md" }, { message: "Saved cart.md" }]);
});

test("Escape saves nothing and says nothing", async () => {
  await saveText("cart.md", "# Cart");
  expect([written, person.told]).toEqual([[], []]);
});

test.each([
  ["../../.bashrc", "-..-.bashrc"],
  ["C:\\Users\\x.md", "C--Users-x.md"],
  ["...", "pilot.txt"],
])("the name %j leads to no other folder", async (name, offered) => {
  person.answers = [""];
  await saveText(name, "x");
  expect(written[0]?.[0]).toBe(`/home/me/app/${offered}`);
});

test("a disk that refuses is told, with its reason", async () => {
  person.answers = ["/full/cart.md"];
  vi.spyOn(workspace.fs, "writeFile").mockRejectedValue(new Error("No space left."));
  await saveText("cart.md", "x");
  expect(person.told).toMatchObject([{ kind: "warning", message: expect.stringContaining("No space left.") }]);
});
