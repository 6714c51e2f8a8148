/** A backup on its way from the server to this machine. */

import { auth } from "../auth-store.js";
import { h } from "../html.js";
import { ApiError } from "../http.js";

/** A browser holds all of it in memory first; larger ones are curl's, in bytes. */
export const MOST = 512 * 1024 * 1024;

/** @param {string} name */
export function pathOf(name) {
  return `/api/admin/backups/${encodeURIComponent(name)}`;
}

/** By the command line. @param {string} name @param {string} origin */
export function curlOf(name, origin) {
  return `curl -H "Authorization: Bearer $TOKEN" -o ${name} ${origin}${pathOf(name)}`;
}

/**
 * @param {string} name
 * @param {number} size
 * @param {(share: number) => void} told how much of it is here, 0 to 1
 */
export async function downloadBackup(name, size, told) {
  const token = await auth.token();
  const headers = new Headers(token === null ? {} : { Authorization: `Bearer ${token}` });
  const response = await fetch(pathOf(name), { headers, redirect: "error" }).catch(() => {
    throw new ApiError(0, { detail: "Hearth does not answer" });
  });
  if (!response.ok || response.body === null) throw new ApiError(response.status, await response.json().catch(() => ({})));
  const reader = response.body.getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    told(size === 0 ? 1 : length / size);
  }
  const address = URL.createObjectURL(new Blob(parts, { type: "application/octet-stream" }));
  const link = h("a", { download: name });
  // Not by `h`, which takes no such address.
  link.href = address;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
