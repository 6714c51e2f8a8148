/** CSV as RFC 4180 has it, read and written. Pure. */

/**
 * Commas, semicolons or tabs, whichever the first line has most of. Lines with nothing in them are left out.
 * @param {string} text
 * @returns {string[][]}
 */
export function parseCsv(text) {
  const source = text.replace(/^\uFEFF/, "");
  const comma = separatorOf(source);
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  let at = 0;
  while (at < source.length) {
    const { value, next } = source[at] === '"' ? quoted(source, at) : bare(source, at, comma);
    row.push(value);
    at = next;
    if (source[at] === comma) {
      at += 1;
      if (at === source.length) row.push("");
      continue;
    }
    if (source[at] === "\r") at += 1;
    if (source[at] === "\n") at += 1;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows.filter((one) => one.length > 1 || one[0] !== "");
}

/** @param {string} source */
function separatorOf(source) {
  const line = source.slice(0, /[\r\n]/.exec(source)?.index ?? source.length).replace(/"[^"]*"/g, "");
  const counts = [",", ";", "\t"].map((sign) => ({ sign, count: line.split(sign).length }));
  return counts.sort((left, right) => right.count - left.count)[0]?.sign ?? ",";
}

/**
 * @param {string} source
 * @param {number} from
 */
function quoted(source, from) {
  let value = "";
  let at = from + 1;
  for (;;) {
    const end = source.indexOf('"', at);
    if (end < 0) return { value: value + source.slice(at), next: source.length };
    value += source.slice(at, end);
    if (source[end + 1] !== '"') return { value, next: end + 1 };
    value += '"';
    at = end + 2;
  }
}

/**
 * @param {string} source
 * @param {number} from
 * @param {string} comma
 */
function bare(source, from, comma) {
  let at = from;
  while (at < source.length && source[at] !== comma && source[at] !== "\n" && source[at] !== "\r") at += 1;
  return { value: source.slice(from, at), next: at };
}

/**
 * @param {unknown[][]} rows values; objects are to be texts already
 */
export function writeCsv(rows) {
  return rows.map((row) => `${row.map(cellOf).join(",")}\r\n`).join("");
}

/** @param {unknown} value */
function cellOf(value) {
  if (value === null || value === undefined) return "";
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
