/** Executions for tests: an admin who is the worker, too, with a worker's calls. */

const ADMIN = { email: "root@example.com", password: "correct horse battery staple" };

/** @typedef {{ id: string, fence: number, task: string }} Held */

/** The first admin of that server. @param {import("./server.js").Server} server */
export async function firstAdmin(server) {
  const { data } = await ask(server.url, "POST", "/api/auth/setup", { token: server.setupToken(), ...ADMIN });
  const api = (/** @type {string} */ method, /** @type {string} */ path, /** @type {unknown} */ body) =>
    ask(server.url, method, path, body, data.access_token);
  return { ...ADMIN, api, worker: workerOf(server.url, api, data.access_token) };
}

/**
 * @param {string} url
 * @param {(method: string, path: string, body?: unknown) => Promise<any>} api
 * @param {string} token
 */
function workerOf(url, api, token) {
  /** @type {Map<string, number>} */
  const batches = new Map();
  return {
    /** @param {string} task @returns {Promise<Held>} */
    async claim(task) {
      const { items } = await api("POST", "/api/workers/claim", { tasks: [task], worker: "builder-1", lease_seconds: 600, wait_seconds: 5 });
      return items[0];
    },
    /** @param {Held} held @param {{ kind: string, data: unknown }[]} events */
    async say(held, events) {
      const batch = (batches.get(held.id) ?? 0) + 1;
      batches.set(held.id, batch);
      return (await api("POST", `/api/executions/${held.id}/events`, { fence: held.fence, batch, events })).data;
    },
    /** @param {Held} held @param {object} [more] */
    finish: (held, more = {}) => api("POST", `/api/executions/${held.id}/finish`, { fence: held.fence, state: "succeeded", ...more }),
    /** @param {Held} held @param {string} name @param {string} type @param {any} body */
    async put(held, name, type, body) {
      const path = `${url}/api/executions/${held.id}/artifacts/${name}?fence=${held.fence}`;
      const answer = await fetch(path, { method: "PUT", headers: { Authorization: `Bearer ${token}`, "Content-Type": type }, body });
      if (!answer.ok) throw new Error(await answer.text());
    },
  };
}

/** @param {string} message @param {object} [more] */
export const log = (message, more = {}) => ({ kind: "log", data: { message, ...more } });

/**
 * @param {string} url
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {string} [token]
 */
async function ask(url, method, path, body, token) {
  /** @type {Record<string, string>} */
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  const response = await fetch(url + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? {} : JSON.parse(text);
}
