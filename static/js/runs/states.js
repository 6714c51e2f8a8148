/** The states of an execution, how long it took, and how that is said. Pure. */

/** @typedef {"scheduled" | "queued" | "running" | "waiting" | "cancelling" | "succeeded" | "failed" | "cancelled" | "expired"} State */
/**
 * @typedef {{
 *   id: string, task: string, state: State, user_id: string | null, input?: unknown, output?: unknown,
 *   error: { message?: string, code?: string, retryable?: boolean } | null, labels: { [name: string]: string }, priority: number,
 *   run_at: string, start_by: string | null, attempt: number, max_attempts: number, concurrency_key: string | null,
 *   parent_id: string | null, worker: string | null, last_seq: number, created_at: string, started_at: string | null,
 *   finished_at: string | null,
 * }} Run
 */

/** @type {State[]} */
export const STATES = ["scheduled", "queued", "running", "waiting", "cancelling", "succeeded", "failed", "cancelled", "expired"];
const OVER = new Set(["succeeded", "failed", "cancelled", "expired"]);

/** Whether nothing more happens. @param {string} state */
export function isOver(state) {
  return OVER.has(state);
}

/** How it looks. @param {string} state */
export function toneOf(state) {
  if (state === "succeeded") return "good";
  if (state === "failed" || state === "expired") return "bad";
  if (state === "running") return "busy";
  if (state === "waiting" || state === "cancelling") return "warn";
  return "calm";
}

/**
 * How long it waited for a worker and how long it has run, in milliseconds.
 * @param {Pick<Run, "run_at" | "created_at" | "started_at" | "finished_at" | "state">} run
 * @param {number} now
 */
export function timesOf(run, now) {
  const due = Math.max(Date.parse(run.run_at), Date.parse(run.created_at));
  const end = run.finished_at === null ? now : Date.parse(run.finished_at);
  const begun = run.started_at === null ? null : Date.parse(run.started_at);
  return { waited: Math.max(0, (begun ?? end) - due), ran: begun === null ? null : Math.max(0, end - begun) };
}

/** `0.42 s`, `12 s`, `3 min 5 s`, `2 h 4 min`, `3 d 1 h`. @param {number} milliseconds */
export function spoken(milliseconds) {
  const seconds = milliseconds / 1_000;
  if (seconds < 10) return `${Math.round(seconds * 100) / 100} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.floor(seconds);
  if (whole < 3_600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  if (whole < 86_400) return pair(Math.floor(whole / 3_600), "h", Math.floor((whole % 3_600) / 60), "min");
  return pair(Math.floor(whole / 86_400), "d", Math.floor((whole % 86_400) / 3_600), "h");
}

/** @param {number} large @param {string} unit @param {number} small @param {string} below */
function pair(large, unit, small, below) {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${below}`;
}

/** `just now`, `5 min ago`, `in 3 h`. @param {string} time @param {number} now */
export function relative(time, now) {
  const far = Date.parse(time) - now;
  const seconds = Math.abs(far) / 1_000;
  if (Number.isNaN(far)) return time;
  if (seconds < 5) return "just now";
  const text = seconds < 60 ? `${Math.round(seconds)} s` : seconds < 3_600 ? `${Math.round(seconds / 60)} min` : seconds < 86_400 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
  return far > 0 ? `in ${text}` : `${text} ago`;
}

/** `17.3 KiB`. @param {number} bytes */
export function sizeText(bytes) {
  if (bytes < 1_024) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1_024 ** power;
  return `${value >= 100 ? Math.round(value) : Math.round(value * 10) / 10} ${["", "KiB", "MiB", "GiB"][power]}`;
}
