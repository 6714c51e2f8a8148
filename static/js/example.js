/** Examples of records, made from their fields. Pure. */

/** @typedef {import("./schema.js").Field} Field */

/**
 * What must be sent, with values of the right kind; something, where nothing must be.
 * @param {Field[]} fields
 */
export function exampleOf(fields) {
  const open = fields.filter((field) => field.inCreate && !field.readOnly);
  const needed = open.filter((field) => field.required);
  const shown = needed.length > 0 ? needed : open.slice(0, 1);
  return Object.fromEntries(shown.map((field) => [field.name, exampleValue(field)]));
}

/** One field of them, for a change. @param {Field[]} fields */
export function exampleChange(fields) {
  const open = fields.filter((field) => field.inUpdate && !field.readOnly && !field.writeOnly && !field.references);
  return Object.fromEntries(open.slice(0, 1).map((field) => [field.name, exampleValue(field)]));
}

/** @param {Field} field */
function exampleValue(field) {
  if (field.options) return field.options[0];
  if (field.type === "string") return exampleText(field);
  const plain = { integer: field.minimum ?? 1, number: field.minimum ?? 1.5, boolean: true, array: [], object: {} };
  return plain[field.type];
}

/** @param {Field} field */
function exampleText(field) {
  const texts = {
    "date-time": "2026-11-25T12:00:00Z",
    date: "2026-11-25",
    "time-local": "12:00:00",
    email: "someone@example.com",
    uri: "https://example.com",
    uuid: "01939f5e-0000-7000-8000-000000000000",
    ipv4: "192.0.2.1",
    ipv6: "2001:db8::1",
    hostname: "example.com",
  };
  return (
    texts[/** @type {keyof typeof texts} */ (field.format)] ??
    "text".padEnd(field.minLength ?? 0, "-").slice(0, field.maxLength ?? 99)
  );
}
