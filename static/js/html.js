/**
 * Elements without markup: what is data becomes a text node or an attribute, never HTML. The console has no other way
 * to make elements, and a unit test keeps it so.
 */

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */
/** @typedef {{ [event: string]: (event: any) => unknown }} Handlers */
/** @typedef {{ on?: Handlers, [attribute: string]: unknown }} Attributes */

const ICONS = {
  add: "M8 3v10M3 8h10",
  alert: "M8 5v4M8 11v.5M7 2.500h2l5 10-1 1.500H3l-1-1.500Z",
  api: "M5.500 4 2 8l3.500 4M10.500 4 14 8l-3.500 4",
  back: "M9.500 3.500 5 8l4.500 4.500",
  check: "M3 8.500 6.500 12 13 4.500",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 4.500V8l2.500 1.500",
  close: "M4 4l8 8M12 4l-8 8",
  columns: "M2.500 3.500h11v9h-11ZM6.200 3.500v9M9.800 3.500v9",
  copy: "M5.500 5.500V3h7.500v7.500h-2.500M3 5.500h7.500V13H3Z",
  dark: "M13 9.500A5.500 5.500 0 1 1 6.500 3 4.500 4.500 0 0 0 13 9.500Z",
  docs: "M4 2.500h6l2.500 2.500v8.500H4ZM6 7.500h4.500M6 10h4.500",
  down: "M8 3.500v9M4.500 9 8 12.500 11.500 9",
  edit: "M3 13l.6-2.600 7.400-7.400 2 2-7.400 7.400ZM9.500 4.500l2 2",
  export: "M8 9.500V2.500M5 5.500l3-3 3 3M3 9.500v4h10v-4",
  file: "M4 2.500h5l3 3v8H4ZM9 2.500v3h3",
  filter: "M2.500 4h11M4.500 8h7M6.500 12h3",
  import: "M8 2.500v7M5 6.500l3 3 3-3M3 9.500v4h10v-4",
  info: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 7.500v3.500M8 5v.3",
  keys: "M1.500 4.500h13v7h-13ZM4 7h.1M6.500 7h.1M9 7h.1M11.500 7h.1M5 9.500h6",
  leave: "M6.500 3H3v10h3.500M6 8h7M10.500 5.500 13 8l-2.500 2.500",
  light:
    "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1.500v1M8 13.500v1M1.500 8h1M13.500 8h1M3.400 3.400l.7.7M11.900 11.900l.7.7M3.400 12.600l.7-.7M11.900 4.100l.7-.7",
  menu: "M2.500 4.500h11M2.500 8h11M2.500 11.500h11",
  model: "M2.500 3.500h11v9h-11ZM2.500 6.500h11M6.500 6.500v6",
  more: "M3.500 8h.1M8 8h.1M12.500 8h.1",
  next: "M6.500 3.500 11 8l-4.500 4.500",
  play: "M5 3.500v9l7.500-4.500Z",
  reload: "M13 8a5 5 0 1 1-1.500-3.500M13 2.500v3h-3",
  save: "M4 2.500h8v11L8 10.500l-4 3Z",
  schema: "M1.500 2.500h5v4h-5ZM9.500 9.500h5v4h-5ZM6.500 4.500h5.500v5",
  search: "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9ZM10.300 10.300l3.200 3.200",
  stop: "M4 4h8v8H4Z",
  system: "M2.500 3h11v7.500h-11ZM6 13.500h4M8 10.500v3",
  key: "M9.500 9a3.500 3.500 0 1 0-2.500-1L2.500 12.500v1.500h2v-1.500h1.500V11h1.500L9 9.500",
  list: "M5.500 4.500h8M5.500 8h8M5.500 11.500h8M2.500 4.500h.2M2.500 8h.2M2.500 11.500h.2",
  people: "M6 7.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM1.500 13.500c0-3 2-4 4.500-4s4.500 1 4.500 4M10.500 2.800a2.500 2.500 0 0 1 0 4.500M12 9.700c1.700.5 2.500 1.800 2.500 3.800",
  person: "M8 8a2.700 2.700 0 1 0 0-5.500A2.700 2.700 0 0 0 8 8ZM3 13.500c0-3 2.200-4 5-4s5 1 5 4",
  pulse: "M1.500 8.500h3l2-5.500 3 10 2-4.500h3",
  trash: "M3 4.500h10M6.500 4.500v-2h3v2M4.500 4.500l.5 9h6l.5-9M7 7v4M9 7v4",
  up: "M8 12.500v-9M4.500 7 8 3.500 11.500 7",
};

/**
 * One element. `on` adds listeners, `true` sets an empty attribute, `false`, `null` and `undefined` set none.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes | null} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "on") listen(element, /** @type {Handlers} */ (value));
    else setAttribute(element, name, value);
  }
  append(element, children);
  return element;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {unknown} value
 */
function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) return;
  if (name === "style" || name === "srcdoc" || name.startsWith("on")) throw new Error(`${name} is not an attribute here`);
  if (name === "href" && !isSafeLink(String(value))) return;
  element.setAttribute(name, value === true ? "" : String(value));
}

/**
 * @param {Element} element
 * @param {Handlers} handlers
 */
function listen(element, handlers) {
  for (const [event, handler] of Object.entries(handlers)) element.addEventListener(event, handler);
}

/**
 * @param {Node} parent
 * @param {Child[]} children
 */
function append(parent, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(parent, child);
    else if (child instanceof Node) parent.appendChild(child);
    else if (child !== null && child !== undefined && child !== false) parent.appendChild(document.createTextNode(String(child)));
  }
}

/**
 * Puts `children` in place of what is in `parent`.
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
}

/**
 * Whether a link leads to a page: within the console, on this server, or by http(s).
 * @param {string} link
 */
export function isSafeLink(link) {
  if (/^(#|\/(?!\/))/.test(link)) return true;
  return isWebAddress(link);
}

/**
 * Whether `text` is an absolute http(s) address.
 * @param {string} text
 */
export function isWebAddress(text) {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/**
 * A drawn sign beside words; screen readers skip it.
 * @param {keyof typeof ICONS} name
 */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  svg.appendChild(path);
  return svg;
}

/** @typedef {keyof typeof ICONS} IconName */

let lastId = 0;

/** An id that nothing else on the page has, to tie labels to controls. */
export function uniqueId() {
  lastId += 1;
  return `e${lastId}`;
}

/**
 * The address of another of these modules, in the version that this one has.
 * @param {string} path
 */
export function beside(path) {
  return new URL(path, import.meta.url).pathname;
}

/**
 * Loads a sheet of styles once, and waits for it.
 * @param {string} name
 * @returns {Promise<unknown>}
 */
export function style(name) {
  const href = beside(`../css/${name}.css`);
  const known = document.head.querySelector(`link[href="${href}"]`);
  if (known) return Promise.resolve();
  const link = h("link", { rel: "stylesheet", href });
  const loaded = new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });
  document.head.append(link);
  return loaded;
}
