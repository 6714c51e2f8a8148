/** How models stand in the diagram, and what is said of them there. Pure. */

/** @typedef {{ name: string, type: string, format: string | null, enum: string[] | null, required: boolean, references: { model: string, on_delete: string } | null, read_only: boolean, write_only: boolean }} Field */
/** @typedef {{ name: string, title: string, description: string | null, access: { [action: string]: string[] }, fields: Field[], unique: { fields: string[], by_owner: boolean }[], indexes: string[][], state: string, id: string, declaration: any }} Model */

/** More columns than this are no longer read at a glance. */
const COLUMNS = 4;

/**
 * Columns from left to right: what refers stands left of what it refers to; what has to do with nothing else comes last.
 * @param {Model[]} models
 * @returns {{ columns: Model[][], alone: Model[] }}
 */
export function columnsOf(models) {
  const names = new Set(models.map(({ name }) => name));
  const targets = new Map(models.map((model) => [model.name, targetsOf(model).filter((name) => names.has(name) && name !== model.name)]));
  const referred = new Set([...targets.values()].flat());
  const isAlone = (/** @type {Model} */ { name }) => targets.get(name)?.length === 0 && !referred.has(name);
  /** @type {Map<string, number>} */
  const depths = new Map();
  /** @param {string} name @param {string[]} way @returns {number} */
  function depth(name, way) {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const further = (targets.get(name) ?? []).filter((target) => !way.includes(target));
    const found = further.length === 0 ? 0 : 1 + Math.max(...further.map((target) => depth(target, [...way, name])));
    if (way.length === 0) depths.set(name, found);
    return found;
  }
  /** @type {Model[][]} */
  const columns = [];
  for (const model of models.filter((one) => !isAlone(one))) {
    const at = Math.min(depth(model.name, []), COLUMNS - 1);
    (columns[at] ??= []).push(model);
  }
  return { columns: [...columns].map((column) => column ?? []).filter((column) => column.length > 0).reverse(), alone: models.filter(isAlone) };
}

/** @param {Model} model */
export function targetsOf(model) {
  return [...new Set(model.fields.flatMap((field) => field.references?.model ?? []))];
}

/** A field's type in a word or two. @param {Field} field */
export function typeWords(field) {
  if (field.references) return `→ ${field.references.model}`;
  if (field.enum) return "choice";
  return field.format ?? field.type;
}

/** @type {{ [word: string]: string }} */
const WHO = { anyone: "anyone", signed_in: "every user", owner: "the owner", admin: "admins" };

/** @param {string[]} rule */
export function whoWords(rule) {
  const words = rule.map((word) => WHO[word] ?? `the role ${word.replace(/^role:/, "")}`);
  return words.length < 2 ? (words[0] ?? "nobody") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** Who may do what, a line for each group of actions that the same may. @param {{ [action: string]: string[] }} access @returns {[what: string, who: string][]} */
export function accessWords(access) {
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const [action, word] of /** @type {const} */ ([["read", "read"], ["create", "create"], ["update", "change"], ["delete", "delete"]])) {
    const who = whoWords(access[action] ?? []);
    groups.set(who, [...(groups.get(who) ?? []), word]);
  }
  return [...groups].map(([who, what]) => [what.join(", "), who]);
}

/**
 * The way of a line between two boxes, as the `d` of a path. It leaves and arrives at the sides that face each other.
 * @typedef {{ left: number, right: number, y: number }} Side
 * @param {Side} from
 * @param {Side} to
 */
export function curve(from, to) {
  if (to.left >= from.right) {
    const bend = Math.max(16, (to.left - from.right) / 2);
    return `M${from.right} ${from.y} C${from.right + bend} ${from.y} ${to.left - bend} ${to.y} ${to.left} ${to.y}`;
  }
  if (to.right <= from.left) {
    const bend = Math.max(16, (from.left - to.right) / 2);
    return `M${from.left} ${from.y} C${from.left - bend} ${from.y} ${to.right + bend} ${to.y} ${to.right} ${to.y}`;
  }
  // One above the other, or the same: around the right side.
  const out = Math.max(from.right, to.right) + 18;
  return `M${from.right} ${from.y} C${out} ${from.y} ${out} ${to.y} ${to.right} ${to.y}`;
}
