/**
 * One tab at a time. By the browser's own locks where it has them; it has none on plain http to another machine, so
 * there a note in the storage does, which ends by itself should its tab die.
 */

/** Longer than a refresh takes, in milliseconds. */
const LEASE = 5_000;
const PAUSE = 40;

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(name, work) {
  if (navigator.locks) return navigator.locks.request(name, work);
  const me = String(Math.random());
  try {
    await take(name, me);
  } catch {
    // Without storage there is nothing to wait on.
    return work();
  }
  try {
    return await work();
  } finally {
    if (holder(name)?.me === me) localStorage.removeItem(name);
  }
}

/**
 * @param {string} name
 * @param {string} me
 */
async function take(name, me) {
  for (;;) {
    if (holder(name) === null) {
      localStorage.setItem(name, JSON.stringify({ me, until: Date.now() + LEASE }));
      // Another tab may have written in the same moment: who wrote last has it.
      await pause();
      if (holder(name)?.me === me) return;
    }
    await pause();
  }
}

/**
 * @param {string} name
 * @returns {{ me: string, until: number } | null}
 */
function holder(name) {
  const note = localStorage.getItem(name);
  if (note === null) return null;
  const { me, until } = JSON.parse(note);
  return until > Date.now() ? { me, until } : null;
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, PAUSE));
}
