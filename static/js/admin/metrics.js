/** What `/metrics` says (Prometheus' text), and what follows from two readings of it. Pure. */

/** @typedef {Map<string, number>} Reading by the line's name with its labels, as `hearth_requests_total{status="2xx"}` */
/** @typedef {{ at: number, values: Reading }} Snapshot `at` in milliseconds */
/**
 * @typedef {{
 *   at: number, requests: number, refused: number, failed: number, p50: number | null, p95: number | null, p99: number | null,
 *   commits: number, commit95: number | null, waiting: number, database: number, wal: number, connections: number, sockets: number,
 * }} Point rates are per second, times in milliseconds; null where nothing happened
 */

const LINE = /^([a-zA-Z_:][\w:]*(?:\{.*\})?) (\S+)/;
const BOUND = /\ble="([^"]+)"/;

/**
 * @param {string} text
 * @returns {Reading}
 */
export function parseMetrics(text) {
  /** @type {Reading} */
  const values = new Map();
  for (const line of text.split("\n")) {
    const found = line.startsWith("#") ? null : LINE.exec(line);
    const value = Number(found?.[2]);
    if (found?.[1] !== undefined && Number.isFinite(value)) values.set(found[1], value);
  }
  return values;
}

/**
 * What happened between two readings; null if the server was started anew in between.
 * @param {Snapshot} before
 * @param {Snapshot} now
 * @returns {Point | null}
 */
export function pointBetween(before, now) {
  const seconds = (now.at - before.at) / 1000;
  const classes = ["1xx", "2xx", "3xx", "4xx", "5xx"].map((name) => grown(before, now, `hearth_requests_total{status="${name}"}`));
  if (seconds <= 0 || classes.some((count) => count < 0)) return null;
  const [, , , refused = 0, failed = 0] = classes;
  const latency = buckets(before, now, "hearth_request_seconds");
  const gauge = (/** @type {string} */ name) => now.values.get(name) ?? 0;
  return {
    at: now.at,
    requests: classes.reduce((sum, count) => sum + count, 0) / seconds,
    refused: refused / seconds,
    failed: failed / seconds,
    p50: milliseconds(percentile(latency, 0.5)),
    p95: milliseconds(percentile(latency, 0.95)),
    p99: milliseconds(percentile(latency, 0.99)),
    commits: grown(before, now, "hearth_commit_seconds_count") / seconds,
    commit95: milliseconds(percentile(buckets(before, now, "hearth_commit_seconds"), 0.95)),
    waiting: gauge("hearth_writes_waiting"),
    database: gauge("hearth_database_bytes"),
    wal: gauge("hearth_wal_bytes"),
    connections: gauge("hearth_connections"),
    sockets: gauge("hearth_sockets"),
  };
}

/**
 * Of a histogram's buckets: within one the values are taken to be spread evenly. Null where there are none.
 * @param {[number, number][]} counts upper bound and how many are at most that, rising
 * @param {number} part 0 to 1
 */
export function percentile(counts, part) {
  const total = counts.at(-1)?.[1] ?? 0;
  if (total <= 0) return null;
  const wanted = total * part;
  let [low, under] = [0, 0];
  for (const [bound, count] of counts) {
    if (count >= wanted) {
      // Beyond the last bound nothing is known but that it is more.
      if (!Number.isFinite(bound)) return low;
      return count === under ? bound : low + ((bound - low) * (wanted - under)) / (count - under);
    }
    [low, under] = [bound, count];
  }
  return low;
}

/**
 * @param {Snapshot} before
 * @param {Snapshot} now
 * @param {string} name
 * @returns {[number, number][]}
 */
function buckets(before, now, name) {
  /** @type {[number, number][]} */
  const counts = [];
  for (const key of now.values.keys()) {
    if (!key.startsWith(`${name}_bucket{`)) continue;
    const bound = BOUND.exec(key)?.[1];
    counts.push([bound === "+Inf" ? Infinity : Number(bound), grown(before, now, key)]);
  }
  return counts.sort(([one], [other]) => one - other);
}

/** @param {Snapshot} before @param {Snapshot} now @param {string} key */
function grown(before, now, key) {
  return (now.values.get(key) ?? 0) - (before.values.get(key) ?? 0);
}

/** @param {number | null} seconds */
function milliseconds(seconds) {
  return seconds === null ? null : seconds * 1000;
}

/** @param {number} bytes */
export function sizeText(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const at = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10)));
  const value = bytes / 1024 ** at;
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[at]}`;
}

/** Two figures are enough to see. @param {number} value */
export function shortNumber(value) {
  if (value === 0 || value >= 100) return String(Math.round(value));
  return value >= 10 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(2).replace(/\.?0+$/, "");
}
