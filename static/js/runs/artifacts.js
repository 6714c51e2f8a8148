/**
 * The files of a run. Pictures of plain kinds are shown; whatever else there is, SVG too, is only ever a download, since
 * a worker's file must not run in the console's name.
 */

import { ask, call } from "../api.js";
import { auth } from "../auth-store.js";
import { toast } from "../components/toast.js";
import { explain } from "../errors.js";
import { fill, h, icon } from "../html.js";
import { sizeText } from "./states.js";

/** @typedef {{ name: string, size: number, type: string, sha256: string, at: string }} Artifact */

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];
/** Larger ones are shown by their own click alone, in bytes. */
const PREVIEW = 8 * 1_024 * 1_024;

/** Whether it can be shown, and as what. @param {Pick<Artifact, "type" | "size">} artifact */
export function pictureType({ type, size }) {
  const plain = type.split(";")[0]?.trim().toLowerCase() ?? "";
  return PICTURES.includes(plain) && size <= PREVIEW ? plain : null;
}

/** @param {string} run */
export function artifacts(run) {
  const element = h("ul", { class: "run-files" });
  /** @type {Map<string, { line: HTMLElement, sha256: string }>} */
  const shown = new Map();
  /** @type {Set<string>} */
  const addresses = new Set();
  const path = (/** @type {string} */ name) => `/api/executions/${run}/artifacts/${encodeURIComponent(name)}`;

  /** @param {Artifact} artifact @param {string} type */
  async function address(artifact, type) {
    const bytes = await fetchBytes(path(artifact.name));
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    addresses.add(made);
    return made;
  }

  /** @param {Artifact} artifact */
  async function save(artifact) {
    try {
      const link = h("a", { download: artifact.name });
      // Not by `h`, which takes no such address; and of no type that a browser would show.
      link.href = await address(artifact, "application/octet-stream");
      link.click();
    } catch (error) {
      const { title, remedy } = explain(error);
      toast(`Not downloaded. ${title}. ${remedy}`, { kind: "error" });
    }
  }

  /** @param {Artifact} artifact */
  function lineOf(artifact) {
    const type = pictureType(artifact);
    const frame = type === null ? null : h("div", { class: "run-picture" });
    if (frame !== null && type !== null)
      void address(artifact, type).then(
        (made) => {
          const image = h("img", { alt: artifact.name });
          image.addEventListener("error", () => frame.remove());
          image.src = made;
          frame.append(image);
        },
        () => frame.remove(),
      );
    return h(
      "li",
      null,
      frame,
      h(
        "div",
        { class: "run-file" },
        icon("file"),
        h("span", { class: "run-file-name", title: `${artifact.type}, sha256 ${artifact.sha256}` }, artifact.name),
        h("span", { class: "dim" }, sizeText(artifact.size)),
        h("button", { type: "button", class: "button small quiet icon-only", "aria-label": `Download ${artifact.name}`, title: "Download", on: { click: () => save(artifact) } }, icon("import")),
      ),
    );
  }

  return {
    element,
    get count() {
      return shown.size;
    },
    async load() {
      const { items } = /** @type {{ items: Artifact[] }} */ (await ask("GET", `/api/executions/${run}/artifacts`));
      for (const one of items) if (shown.get(one.name)?.sha256 !== one.sha256) shown.set(one.name, { line: lineOf(one), sha256: one.sha256 });
      fill(element, [...shown.values()].map(({ line }) => line));
    },
    end() {
      for (const made of addresses) URL.revokeObjectURL(made);
    },
  };
}

/** As `call`, with bytes for an answer. @param {string} path */
async function fetchBytes(path) {
  const token = await auth.token();
  const get = (/** @type {string | null} */ now) => fetch(path, { headers: { Authorization: `Bearer ${now}` } });
  let response = await get(token);
  if (response.status === 401) {
    await auth.renew(token);
    response = await get(await auth.token());
  }
  // The usual way knows how to say what is wrong.
  if (!response.ok) await call("GET", path, { plain: true });
  return response.arrayBuffer();
}
