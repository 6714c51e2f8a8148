/** Where the points of a plot's lines are. Pure. */

/** @typedef {{ at: number, value: number | null }} Reading */
/** @typedef {{ width: number, height: number, since: number, until: number, most: number }} View */

/**
 * The points of each unbroken line, as SVG's polyline wants them; a null breaks it.
 * @param {Reading[]} readings
 * @param {View} view
 * @returns {string[]}
 */
export function linesOf(readings, view) {
  /** @type {string[][]} */
  const lines = [[]];
  for (const { at, value } of readings) {
    if (value === null) lines.push([]);
    else if (at >= view.since) lines.at(-1)?.push(`${x(at, view)},${y(value, view)}`);
  }
  // One alone would not be seen.
  return lines.filter((line) => line.length > 0).map((line) => (line.length === 1 ? `${line[0]} ${line[0]}` : line.join(" ")));
}

/**
 * The upper end of the axis, at least the largest value: 1, 2 or 5 of some power of ten, or a power of two for sizes.
 * @param {number[]} values
 */
export function ceiling(values, isSize = false) {
  const most = Math.max(0, ...values);
  if (most === 0) return 1;
  if (isSize) return 2 ** Math.ceil(Math.log2(most));
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((one) => one * power >= most) ?? 10;
  return step * power;
}

/** @param {number} at @param {View} view */
function x(at, { since, until, width }) {
  return round(((at - since) / Math.max(1, until - since)) * width);
}

/** @param {number} value @param {View} view */
function y(value, { most, height }) {
  return round(height - 1 - (Math.min(value, most) / most) * (height - 2));
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
