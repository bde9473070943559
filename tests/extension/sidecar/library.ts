/** Gives a library that requires `vscode` something harmless: the alias of the tests does not reach into node_modules. */
import Module from "node:module";

class Base {}
Object.setPrototypeOf(
  Base.prototype,
  new Proxy({}, { get: (_, name) => (typeof name === "symbol" || name === "then" ? undefined : anything) }),
);

/** Whatever is asked of it: a class, a function, an event, a list of nothing. */
const anything: unknown = new Proxy(Base, {
  get: (target, name) => {
    if (name === "prototype") return target.prototype;
    if (name === "then" || name === Symbol.toPrimitive) return undefined;
    if (name === Symbol.iterator) return [][Symbol.iterator];
    return anything;
  },
  apply: () => anything,
});

/** Somebody who wants to see everything. */
function getConfiguration() {
  return { get: (name: string, otherwise: unknown) => (name === "trace.server" ? "verbose" : otherwise) };
}

const vscode = new Proxy(
  {
    version: "1.91.0",
    env: { appName: "VS Code", language: "en" },
    LogLevel: { Off: 0, Trace: 1 },
    workspace: new Proxy({ workspaceFolders: undefined, textDocuments: [], getConfiguration }, { get: known }),
  },
  { get: known },
);

function known(target: object, name: string | symbol): unknown {
  return name in target ? Reflect.get(target, name) : anything;
}

// SAFETY: Node's loader has no public way to answer a require with an object.
const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
const load = loader._load;
loader._load = (request, ...rest) => (request === "vscode" ? vscode : load.call(loader, request, ...rest));
