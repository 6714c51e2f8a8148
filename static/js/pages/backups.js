/** Whole copies of the database, for admins: what there is, one now, to take away. How one goes back is told. */

import { curlOf, downloadBackup, MOST, pathOf } from "../admin/backup-file.js";
import { sizeText } from "../admin/metrics.js";
import { ask } from "../api.js";
import { confirmed } from "../components/confirm.js";
import { codeBlock } from "../components/copy.js";
import { dataTable } from "../components/data-table.js";
import { errorNotice } from "../components/notice.js";
import { button, moment, panel } from "../components/panel.js";
import { toast } from "../components/toast.js";
import { explain } from "../errors.js";
import { fill, h, icon } from "../html.js";

/** @typedef {{ name: string, size: number, created_at: string }} Backup */

class HearthBackups extends HTMLElement {
  #message = h("div", { class: "backup-message" });
  #make = h("button", { type: "button", class: "button main", on: { click: () => this.#create() } }, icon("add"), "Back up now");
  #table = dataTable({
    label: "Backups",
    columns: ["Made", "Name", "Size", ""],
    empty: "There is no backup yet.",
    get: () => ask("GET", "/api/admin/backups"),
    row: (/** @type {Backup} */ backup, load) => [
      moment(backup.created_at),
      h("code", null, backup.name),
      h("span", { class: "dim" }, sizeText(backup.size)),
      h(
        "div",
        { class: "form-actions" },
        downloadButton(backup),
        button("Delete", () => this.#remove(backup, load), `Delete ${backup.name}`),
      ),
    ],
  });

  connectedCallback() {
    this.replaceChildren(
      h(
        "div",
        { class: "page wide" },
        h(
          "div",
          { class: "page-head" },
          h(
            "div",
            null,
            h("h1", null, "Backups"),
            h("p", { class: "lead" }, "Whole copies of the database, made while everything goes on."),
          ),
          h("div", { class: "page-actions" }, this.#make),
        ),
        this.#message,
        this.#table.element,
        restoring(),
      ),
    );
  }

  async #create() {
    if (this.#make.getAttribute("aria-disabled") === "true") return;
    this.#make.setAttribute("aria-disabled", "true");
    fill(this.#message);
    try {
      const { item } = await ask("POST", "/api/admin/backups");
      toast(`${item.name} is made, and was looked through`);
      await this.#table.load();
    } catch (error) {
      fill(this.#message, errorNotice(error));
    } finally {
      this.#make.removeAttribute("aria-disabled");
    }
  }

  /** @param {Backup} backup @param {() => Promise<void>} load */
  async #remove(backup, load) {
    if (!(await confirmed(`Delete ${backup.name}?`, "It can’t be brought back.", "Delete"))) return;
    try {
      await ask("DELETE", pathOf(backup.name));
      toast("The backup is deleted");
      await load();
    } catch (error) {
      fill(this.#message, errorNotice(error));
    }
  }
}

/** @param {Backup} backup */
function downloadButton(backup) {
  const label = h("span", null, "Download");
  const attributes = { type: "button", class: "button", "aria-label": `Download ${backup.name}` };
  const element = h("button", { ...attributes, on: { click: run } }, label);
  async function run() {
    if (element.getAttribute("aria-disabled") === "true") return;
    if (backup.size > MOST) {
      toast(`This is too large for a browser. Use ${curlOf(backup.name, location.origin)}`);
      return;
    }
    element.setAttribute("aria-disabled", "true");
    try {
      await downloadBackup(backup.name, backup.size, (share) => (label.textContent = `${Math.round(share * 100)} %`));
    } catch (error) {
      const { title, remedy } = explain(error);
      toast(`${title}. ${remedy}`);
    } finally {
      label.textContent = "Download";
      element.removeAttribute("aria-disabled");
    }
  }
  return element;
}

/** Not a button: whoever restores stops the server first. */
function restoring() {
  const commands = [
    "# stop hearth, then in its folder:",
    "mkdir before && mv hearth_data/hearth.db* before/",
    "cp hearth_data/backups/NAME.db hearth_data/hearth.db",
    "hearth serve",
  ].join("\n");
  return panel(
    "Restoring",
    "By the command line, with the server stopped.",
    codeBlock(commands, "Commands that restore a backup"),
    h("p", { class: "step-text backup-note" }, "Files of executions are not in a backup: copy hearth_data/artifacts beside it. Keep backups on another machine, too, and as safe as the database: everybody’s records and the secret that tokens are signed with are in them."),
  );
}

customElements.define("hearth-backups", HearthBackups);
