// @ts-check

/** What the hub may call; everything else answers 403 here, whatever the hub says. */
const ROUTES = [
  /^GET \/session(\/status|\/[\w-]+|\/[\w-]+\/(message|children|todo|diff))?$/,
  /^GET \/(permission|question|agent|command|mcp|lsp|path|config\/providers|global\/health|vcs\/diff|project\/current)$/,
  /^POST \/session(\/[\w-]+\/(prompt_async|command|abort))?$/,
  /^PATCH \/session\/[\w-]+$/,
  /^POST \/permission\/[\w-]+\/reply$/,
  /^POST \/question\/[\w-]+\/(reply|reject)$/,
  /^POST \/tui\/(show-toast|select-session)$/,
];

/**
 * @typedef {{ directory: string, worktree?: string, client: any }} Instance one directory of the process
 * @typedef {{ id: number, method: string, path: string, body?: unknown, directory?: string }} Request_
 */

/** @typedef {{ type: string, id: number, status: number, body?: any, contentType?: string, next?: string }} Reply */

/** Run a request of the hub's on OpenCode's own in-process client. @param {Map<string, Instance>} instances @param {Request_} request @returns {Promise<Reply>} */
export async function answer(instances, request) {
  const reply = { type: "rpc.result", id: request.id };
  const instance = instances.get(request.directory ?? "");
  if (!ROUTES.some((route) => route.test(`${request.method} ${request.path.split("?")[0]}`)))
    return { ...reply, status: 403 };
  if (!instance) return { ...reply, status: 410 };
  try {
    return { ...reply, ...(await run(instance, request)) };
  } catch (error) {
    return { ...reply, status: 0, body: String(error) };
  }
}

/** @param {Instance} instance @param {Request_} request */
async function run(instance, request) {
  const config = instance.client._client.getConfig();
  const headers = new Headers(config.headers);
  headers.set("x-opencode-directory", encodeURIComponent(instance.directory));
  if (request.body !== undefined) headers.set("content-type", "application/json");
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const url = new URL(request.path, config.baseUrl);
  const response = await (config.fetch ?? globalThis.fetch)(
    new Request(url, { method: request.method, headers, body }),
  );
  const text = await response.text();
  const contentType = response.headers.get("content-type") ?? "";
  const next = response.headers.get("x-next-cursor") ?? undefined;
  return {
    status: response.status,
    contentType,
    next,
    body: contentType.includes("json") && text ? JSON.parse(text) : null,
  };
}
