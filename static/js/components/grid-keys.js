/** What the keys do in a table of records, and the pencil that does F2's work for a mouse. */

import { h, icon } from "../html.js";

/** @typedef {import("./grid.js").HearthGrid} HearthGrid */

/**
 * @param {HearthGrid} grid
 * @param {KeyboardEvent} event
 */
export function keyIn(grid, event) {
  if (grid.edited || event.altKey || (event.target instanceof Element && event.target.closest("thead"))) return;
  const far = event.ctrlKey || event.metaKey;
  const page = Math.max(1, Math.floor(grid.clientHeight / grid.height) - 2);
  const { row, column } = grid.active;
  const last = grid.count - 1;
  switch (event.key) {
    case "ArrowDown":
      return to(grid, event, far ? last : row + 1, column);
    case "ArrowUp":
      return to(grid, event, far ? 0 : row - 1, column);
    case "ArrowRight":
      return to(grid, event, row, column + 1);
    case "ArrowLeft":
      return to(grid, event, row, column - 1);
    case "PageDown":
      return to(grid, event, row + page, column);
    case "PageUp":
      return to(grid, event, row - page, column);
    case "Home":
      return to(grid, event, far ? 0 : row, far ? column : 0);
    case "End":
      return to(grid, event, far ? last : row, far ? column : grid.columns.length);
    case " ":
      event.preventDefault();
      return grid.select(row, event.shiftKey);
    case "Enter":
      if (far || !isCell(event.target)) return;
      event.preventDefault();
      return open(grid);
    case "F2":
      event.preventDefault();
      return edit(grid);
    default:
  }
}

/**
 * @param {HearthGrid} grid
 * @param {KeyboardEvent} event
 * @param {number} row
 * @param {number} column
 */
function to(grid, event, row, column) {
  event.preventDefault();
  grid.active = {
    row: Math.min(Math.max(row, 0), grid.count - 1),
    column: Math.min(Math.max(column, 0), grid.columns.length),
  };
  grid.focusActive();
}

/** @param {EventTarget | null} target */
function isCell(target) {
  return target instanceof HTMLTableCellElement || (target instanceof Element && target.tagName === "HEARTH-GRID");
}

/** @param {HearthGrid} grid */
function open(grid) {
  const id = grid.options.rows.get(grid.active.row)?.id;
  if (id !== undefined) location.hash = grid.options.href(String(id));
}

/** Begins to edit the active cell, where it may be. @param {HearthGrid} grid */
export function edit(grid) {
  const { row, column } = grid.active;
  const item = grid.options.rows.get(row);
  const chosen = grid.columns[column - 1];
  const cell = grid.querySelector(`tr[aria-rowindex="${row + 2}"]`)?.children[column];
  if (item && chosen && cell instanceof HTMLElement && grid.options.mayEdit(chosen, item))
    grid.options.onEdit(cell, chosen, item, row);
}

/**
 * One button for the whole table, in the cell under the mouse, where that can be edited.
 * @param {HearthGrid} grid
 */
export function pencil(grid) {
  const button = h("button", { type: "button", class: "edit-here", tabindex: "-1", "aria-label": "Edit here", title: "Edit here (F2)" }, icon("edit"));
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    const cell = button.closest("td");
    const row = cell?.parentElement;
    if (!cell || !row) return;
    grid.active = { row: Number(row.getAttribute("aria-rowindex")) - 2, column: [...row.children].indexOf(cell) };
    button.remove();
    edit(grid);
  });
  grid.addEventListener("mouseover", (event) => {
    const cell = event.target instanceof Element ? event.target.closest("td") : null;
    if (!cell || cell === button.parentElement || grid.edited) return;
    button.remove();
    const row = cell.parentElement;
    const item = grid.options.rows.get(Number(row?.getAttribute("aria-rowindex")) - 2);
    const column = grid.columns[[...(row?.children ?? [])].indexOf(cell) - 1];
    if (item && column && grid.options.mayEdit(column, item)) cell.append(button);
  });
  grid.addEventListener("mouseleave", () => button.remove());
}
