/** Sends a file's records in batches. A batch with bad records is sent again without them, so that the good ones come in. */

import { createAll, freshKey } from "./api.js";
import { explain } from "./errors.js";
import { ApiError } from "./http.js";
import { faultsByRecord } from "./import.js";

const BATCH = 200;

/** @typedef {{ row: number, body: { [field: string]: unknown } }} Numbered */
/** @typedef {{ done: number, refused: import("./import.js").Refused[], failure: string | null }} Outcome */

/**
 * @param {string} model
 * @param {Numbered[]} records
 * @param {(sent: number) => void} tell
 * @param {() => boolean} isStopped asked between batches
 * @returns {Promise<Outcome>}
 */
export async function importAll(model, records, tell, isStopped) {
  /** @type {Outcome} */
  const outcome = { done: 0, refused: [], failure: null };
  for (let from = 0; from < records.length && outcome.failure === null && !isStopped(); from += BATCH) {
    await importBatch(model, records.slice(from, from + BATCH), outcome);
    tell(Math.min(from + BATCH, records.length));
  }
  return outcome;
}

/**
 * @param {string} model
 * @param {Numbered[]} batch
 * @param {Outcome} outcome
 * @returns {Promise<void>}
 */
async function importBatch(model, batch, outcome) {
  if (batch.length === 0) return;
  try {
    await createAll(model, batch.map(({ body }) => body), freshKey());
    outcome.done += batch.length;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const faults = error.status === 422 ? faultsByRecord(error.fields) : null;
    if (faults) {
      for (const [at, reasons] of faults) outcome.refused.push({ row: batch[at]?.row ?? 0, reasons });
      return importBatch(model, batch.filter((_, at) => !faults.has(at)), outcome);
    }
    // A value that must be unique is not said with its place: the halves are tried, down to the one.
    if (error.status === 409) return halves(model, batch, outcome, error);
    const { title, remedy } = explain(error);
    outcome.failure = `${title}. ${remedy}`;
  }
}

/**
 * @param {string} model
 * @param {Numbered[]} batch
 * @param {Outcome} outcome
 * @param {ApiError} error
 */
async function halves(model, batch, outcome, error) {
  if (batch.length === 1) {
    outcome.refused.push({ row: batch[0]?.row ?? 0, reasons: [error.message] });
    return;
  }
  const middle = Math.ceil(batch.length / 2);
  await importBatch(model, batch.slice(0, middle), outcome);
  if (outcome.failure === null) await importBatch(model, batch.slice(middle), outcome);
}
