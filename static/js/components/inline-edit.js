/**
 * One cell, edited in its place. It is saved only over the value that was shown: if somebody else changed that meanwhile
 * the record's form opens with the conflict, and with what was typed.
 */

import { get, update } from "../api.js";
import { keepDraft } from "../drafts.js";
import { explain, sortFaults } from "../errors.js";
import { controlOf, textOf, valueOf } from "../form-values.js";
import { h, uniqueId } from "../html.js";
import { ApiError } from "../http.js";
import { bareControl } from "./control.js";

/** @typedef {import("../schema.js").Field} Field */
/** @typedef {import("../api.js").Item} Item */
/** @typedef {{ done: (item: Item | null, next: boolean) => void, conflict: () => void }} Ends */

/**
 * @param {Field} field
 * @param {Item} item
 */
export function isSimple(field, item) {
  const control = controlOf(field);
  if (control === "json" || control === "secret" || field.references) return false;
  return field.inUpdate && !String(item[field.name] ?? "").includes("\n");
}

/**
 * @param {HTMLElement} cell
 * @param {string} model
 * @param {Field} field
 * @param {Item} item
 * @param {Ends} ends
 */
export function editCell(cell, model, field, item, ends) {
  const id = String(item.id);
  const stored = get(model, id);
  stored.catch(() => {});
  const before = textOf(field, item[field.name]);
  const { control, read } = bareControl(field, before);
  control.setAttribute("aria-label", field.name);
  const fault = h("p", { class: "cell-fault", id: uniqueId(), role: "alert", hidden: true });
  control.setAttribute("aria-describedby", fault.id);
  cell.replaceChildren(control, fault);
  cell.classList.add("editing");
  control.focus();
  if (control instanceof HTMLInputElement && control.type === "text") control.select();
  let isOver = false;
  let isBusy = false;

  /** @param {string} text */
  function refuse(text) {
    fault.textContent = text;
    fault.hidden = false;
    control.setAttribute("aria-invalid", "true");
  }

  /** @param {boolean} next whether the focus goes back to the cell */
  async function commit(next) {
    if (isOver || isBusy) return;
    const text = read();
    if (text === before) return end(null, next);
    const result = valueOf(field, text);
    if ("fault" in result) return refuse(result.fault);
    isBusy = true;
    cell.setAttribute("aria-busy", "true");
    try {
      const changed = (await save(stored, result.value)) ?? (await save(get(model, id), result.value));
      if (changed === null) return clash(text);
      end(changed, next);
    } catch (error) {
      const own = error instanceof ApiError ? sortFaults(error, [field.name]).faults.get(field.name) : undefined;
      const { title, remedy } = explain(error);
      refuse(own ?? `${title}. ${remedy}`);
    } finally {
      isBusy = false;
      cell.removeAttribute("aria-busy");
    }
  }

  /**
   * The record with the new value; null when it is another one than was read. What others write in its other fields is
   * theirs, and no reason to stop.
   * @param {ReturnType<typeof get>} read
   * @param {unknown} value
   */
  async function save(read, value) {
    const now = await read;
    if (textOf(field, now.item[field.name]) !== before) return null;
    try {
      return (await update(model, id, { [field.name]: value }, now.etag)).item;
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) return null;
      throw error;
    }
  }

  /** @param {string} text */
  function clash(text) {
    keepDraft(model, id, { item, etag: null, texts: { [field.name]: text }, isConflict: true });
    isOver = true;
    ends.conflict();
  }

  /**
   * @param {Item | null} changed
   * @param {boolean} next
   */
  function end(changed, next) {
    isOver = true;
    ends.done(changed, next);
  }

  control.addEventListener("keydown", (/** @type {any} */ event) => {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      end(null, true);
    } else if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      void commit(true);
    }
  });
  control.addEventListener("blur", () => void commit(false));
  if (control instanceof HTMLInputElement && control.type === "checkbox") control.addEventListener("change", () => void commit(true));
}
