// Generated from the Python wire models by `make codegen`; do not edit.

/** Where each call lives over HTTP. @type {Readonly<Record<keyof import('./protocol.gen.js').Calls, { method: string, path: string, scope: string }>>} */
export const CALLS = {
  "snapshot": { method: "GET", path: "/api/snapshot", scope: "view" },
  "settings.get": { method: "GET", path: "/api/settings", scope: "view" },
  "settings.update": { method: "PATCH", path: "/api/settings", scope: "admin" },
  "pairing.create": { method: "POST", path: "/api/pair", scope: "admin" },
  "hub.stop": { method: "POST", path: "/api/hub/stop", scope: "admin" },
  "sessions.list": { method: "GET", path: "/api/sessions", scope: "view" },
  "sessions.create": { method: "POST", path: "/api/sessions", scope: "operate" },
  "sessions.get": { method: "GET", path: "/api/sessions/{id}", scope: "view" },
  "sessions.messages": { method: "GET", path: "/api/sessions/{id}/messages", scope: "view" },
  "sessions.prompt": { method: "POST", path: "/api/sessions/{id}/prompt", scope: "operate" },
  "sessions.abort": { method: "POST", path: "/api/sessions/{id}/abort", scope: "operate" },
  "sessions.options": { method: "GET", path: "/api/sessions/{id}/options", scope: "view" },
  "sessions.diff": { method: "GET", path: "/api/sessions/{id}/diff", scope: "view" },
  "sessions.approval": { method: "PUT", path: "/api/sessions/{id}/approval", scope: "operate" },
  "projects.approval": { method: "PUT", path: "/api/projects/{id}/approval", scope: "operate" },
  "asks.list": { method: "GET", path: "/api/asks", scope: "view" },
  "asks.get": { method: "GET", path: "/api/asks/{id}", scope: "view" },
  "asks.files": { method: "GET", path: "/api/asks/{id}/files", scope: "view" },
  "asks.decide": { method: "POST", path: "/api/asks/{id}/decision", scope: "approve" },
  "agents.options": { method: "GET", path: "/api/agents/{id}/options", scope: "operate" },
  "places.show": { method: "POST", path: "/api/places", scope: "operate" },
  "places.find": { method: "GET", path: "/api/places", scope: "view" },
};
