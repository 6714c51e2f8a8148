/** A form made from a schema, for inputs and answers: the records' form, and what it holds as one value. */

import { HearthRecordForm } from "../components/record-form.js";
import { sortFaults } from "../errors.js";
import { changesOf, initialText, valueOf } from "../form-values.js";
import { ApiError } from "../http.js";

/** @typedef {import("./shape.js").Shape} Shape */

/** @param {Shape} shape */
export function shapeForm({ fields, single }) {
  const form = new HearthRecordForm();
  form.build(fields, Object.fromEntries(fields.map((field) => [field.name, initialText(field)])), { creating: true, isLocked: () => false });
  const initial = form.texts();
  return {
    element: form,
    /** What is typed; null when something is wrong with it, which is then said at its field. */
    read() {
      const texts = form.texts();
      const { body, faults } = changesOf(fields, initial, texts, true);
      const [field] = fields;
      if (single && field && !(field.name in body) && !faults.has(field.name)) {
        const result = valueOf(field, texts[field.name] ?? "");
        if ("fault" in result) faults.set(field.name, result.fault);
        else body[field.name] = result.value;
      }
      form.showFaults(faults);
      if (faults.size > 0) return null;
      return { value: single && field ? body[field.name] : body };
    },
    /**
     * Says at the fields what the server found; gives what belongs to none.
     * @param {ApiError} error
     * @param {string} name of the member of the body that this is
     * @returns {string[]}
     */
    fail(error, name) {
      const names = fields.map((field) => field.name);
      const own = error.fields.filter(({ loc }) => loc[1] === name);
      // Of a single value the member is the field.
      const moved = own.map(({ loc, ...more }) => ({ ...more, loc: ["body", ...(single ? [names[0] ?? name] : []), ...loc.slice(2)] }));
      const { faults, rest } = sortFaults(new ApiError(error.status, { detail: moved }), names);
      form.showFaults(faults);
      return rest;
    },
  };
}
