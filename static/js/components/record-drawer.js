/**
 * One record, opened over its table: read, changed, made or deleted. What is typed is a draft until it is saved, so
 * neither a failure nor closing loses it. A conflict is shown with what the other one changed, and both ways out.
 */

import { create, freshKey, get, remove, update } from "../api.js";
import { draftOf, dropDraft, keepDraft } from "../drafts.js";
import { sortFaults } from "../errors.js";
import { changesOf, initialText, textOf } from "../form-values.js";
import { fill, h, icon, uniqueId } from "../html.js";
import { ApiError } from "../http.js";
import { writeJson } from "../json.js";
import { NEW } from "../router.js";
import { may } from "../schema.js";
import { confirmed } from "./confirm.js";
import { conflictNotice, versions } from "./conflict.js";
import { facts } from "./facts.js";
import { errorNotice, loading, notice } from "./notice.js";
import { othersNotice } from "./others.js";
import { HearthRecordForm } from "./record-form.js";
import { recordHistory } from "./record-history.js";

/** @typedef {import("../api.js").Item} Item */
/** @typedef {import("../schema.js").Model} Model */
/** @typedef {import("../form-values.js").Texts} Texts */
/** @typedef {{ item: Item | null, etag: string | null }} Base what the form began with */

export class HearthRecordDrawer extends HTMLElement {
  #titleId = uniqueId();
  #title = h("h2", { id: this.#titleId });
  #message = h("div", { class: "drawer-message" });
  #body = h("div", { class: "drawer-body" });
  #foot = h("footer", { class: "drawer-foot" });
  #save = h("button", { type: "button", class: "button main", on: { click: () => this.#submit() } }, "Save");
  #close = h("button", { type: "button", class: "button icon-only quiet", "aria-label": "Close" }, icon("close"));
  #dialog = h(
    "dialog",
    { class: "drawer", "aria-labelledby": this.#titleId },
    h("header", { class: "drawer-head" }, this.#title, this.#close),
    h("div", { class: "drawer-scroll" }, this.#message, this.#body),
    this.#foot,
  );
  #form = new HearthRecordForm();
  /** @type {Base} */
  #base = { item: null, etag: null };
  /** @type {Texts} */
  #initial = {};
  #busy = false;
  #lastBody = "";
  #key = freshKey();

  /**
   * @param {Model} model
   * @param {string} record its id, or `NEW`
   * @param {import("../auth-store.js").User} user
   */
  constructor(model, record, user) {
    super();
    this.model = model;
    this.record = record;
    this.user = user;
  }

  connectedCallback() {
    this.replaceChildren(this.#dialog);
    fill(this.#title, this.#isNew ? `New ${this.model.title.toLowerCase()}` : `${this.model.title} ${this.record}`);
    this.#form.addEventListener("typed", () => this.#keep());
    this.#form.addEventListener("save", () => this.#submit());
    this.#close.addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.dispatchEvent(new Event("closed")));
    this.#dialog.addEventListener("mousedown", (event) => event.target === this.#dialog && this.#dialog.close());
    this.#dialog.showModal();
    void this.#open();
  }

  get #isNew() {
    return this.record === NEW;
  }

  get #fields() {
    return this.model.fields.filter((field) => this.#maySend(field) || (!this.#isNew && field.inItem));
  }

  /** Fields that are only read are the server's and the admins' to set. @param {import("../schema.js").Field} field */
  #maySend(field) {
    if (field.readOnly) return this.user.role === "admin";
    return this.#isNew ? field.inCreate : field.inUpdate;
  }

  get #mayChange() {
    const { access } = this.model;
    return this.#isNew ? may(access.create, this.user) : may(access.update, this.user, this.#base.item?.["user_id"] ?? null);
  }

  async #open() {
    const draft = draftOf(this.model.name, this.record);
    if (draft) {
      this.#show(draft, draft.texts);
      if (draft.isConflict && draft.item) {
        await this.#while(() => this.#conflict(changesOf(this.#fields, this.#initial, this.#form.texts(), false).body));
        return;
      }
      fill(
        this.#message,
        notice("info", "This is what you had typed", "It is not saved yet.", [
          { label: "Discard it", run: () => this.#restart() },
        ]),
      );
      return;
    }
    if (this.#isNew) {
      this.#show({ item: null, etag: null });
      return;
    }
    fill(this.#body, loading("Loading…"));
    try {
      this.#show(await get(this.model.name, this.record));
    } catch (error) {
      fill(this.#body);
      fill(
        this.#message,
        errorNotice(error, () => this.#restart()),
      );
      fill(this.#foot, h("button", { type: "button", class: "button", on: { click: () => this.#dialog.close() } }, "Close"));
    }
  }

  /** Begins again with what is stored. */
  #restart() {
    dropDraft(this.model.name, this.record);
    fill(this.#message);
    void this.#open();
  }

  /**
   * @param {Base} base
   * @param {Texts} [typed]
   */
  #show(base, typed) {
    this.#base = base;
    const { item } = base;
    const stored = Object.fromEntries(
      this.#fields.map((field) => [field.name, item ? textOf(field, item[field.name]) : initialText(field)]),
    );
    const mayChange = this.#mayChange;
    this.#form.build(this.#fields, stored, {
      creating: this.#isNew,
      isLocked: (field) => !mayChange || !this.#maySend(field),
    });
    // Controls change what they are given a little, the ends of lines for instance: that is no change by the user.
    this.#initial = this.#form.texts();
    if (typed) this.#form.write(typed);
    fill(this.#body, this.#form, item && facts(item), item && recordHistory(this.model, this.record));
    fill(this.#foot, this.#actions(mayChange));
    if (!mayChange)
      fill(this.#message, notice("info", `You may read this ${this.model.title.toLowerCase()}, but not change it`, ""));
    this.#form.focusFirst();
  }

  /** @param {boolean} mayChange */
  #actions(mayChange) {
    const mayDelete = !this.#isNew && may(this.model.access.remove, this.user, this.#base.item?.["user_id"] ?? null);
    this.#save.textContent = this.#isNew ? "Create" : "Save";
    return [
      mayDelete &&
        h(
          "button",
          { type: "button", class: "button quiet danger-text", on: { click: () => this.#delete() } },
          icon("trash"),
          "Delete",
        ),
      h("span", { class: "space" }),
      h("button", { type: "button", class: "button", on: { click: () => this.#cancel() } }, mayChange ? "Cancel" : "Close"),
      mayChange && this.#save,
    ];
  }

  /** Says no to what was typed; closing in any other way keeps it. */
  #cancel() {
    dropDraft(this.model.name, this.record);
    this.#dialog.close();
  }

  get #isDirty() {
    const texts = this.#form.texts();
    return Object.keys(texts).some((name) => texts[name] !== this.#initial[name]);
  }

  #keep() {
    if (this.#isDirty) keepDraft(this.model.name, this.record, { ...this.#base, texts: this.#form.texts() });
    else dropDraft(this.model.name, this.record);
  }

  async #submit() {
    if (this.#busy || !this.#mayChange) return;
    const { body, faults } = changesOf(this.#fields, this.#initial, this.#form.texts(), this.#isNew);
    this.#form.showFaults(faults);
    fill(this.#message);
    if (faults.size > 0) return;
    if (!this.#isNew && Object.keys(body).length === 0) {
      this.#dialog.close();
      return;
    }
    await this.#while(() => this.#store(body, this.#base.etag));
  }

  /**
   * @param {{ [field: string]: unknown }} body
   * @param {string | null} etag
   */
  async #store(body, etag) {
    const { name } = this.model;
    try {
      const { item } = this.#isNew ? await create(name, body, this.#keyFor(body)) : await update(name, this.record, body, etag);
      dropDraft(name, this.record);
      this.dispatchEvent(new CustomEvent("saved", { detail: item }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) await this.#conflict(body);
      else this.#fail(error, () => this.#submit());
    }
  }

  /** The record is another one now, or gone; while one saves, the answer says it. @param {Item | null} now */
  tell(now) {
    const { item } = this.#base;
    if (this.#busy || item === null || writeJson(now) === writeJson(item)) return;
    const hasTyped = this.#isDirty;
    const compare = () => this.#while(() => this.#conflict(changesOf(this.#fields, this.#initial, this.#form.texts(), false).body));
    const action = hasTyped ? { label: "Compare", run: compare } : { label: "Show the new version", run: () => this.#restart() };
    fill(this.#message, othersNotice(this.model.title.toLowerCase(), this.#fields, item, now, action, hasTyped));
  }

  /** The same for a repeated try, another for another body. @param {object} body */
  #keyFor(body) {
    const text = writeJson(body);
    if (text !== this.#lastBody) this.#key = freshKey();
    this.#lastBody = text;
    return this.#key;
  }

  /** @param {{ [field: string]: unknown }} body what was to be saved */
  async #conflict(body) {
    try {
      const now = await get(this.model.name, this.record);
      const save = () => this.#while(() => this.#store(body, now.etag));
      fill(
        this.#message,
        conflictNotice(this.model, versions(this.#fields, now.item, this.#base.item, body), save, () => this.#restart()),
      );
      this.#message.querySelector("button")?.focus();
    } catch (error) {
      this.#fail(error, () => this.#submit());
    }
  }

  /**
   * @param {unknown} error
   * @param {() => unknown} retry
   */
  #fail(error, retry) {
    const names = this.#fields.map((field) => field.name);
    const { faults, rest } = error instanceof ApiError ? sortFaults(error, names) : { faults: new Map(), rest: [] };
    this.#form.showFaults(faults);
    if (rest.length > 0) fill(this.#message, notice("error", "This can't be saved", rest.join(". ")));
    else if (faults.size === 0) fill(this.#message, errorNotice(error, retry));
    else fill(this.#message);
    if (faults.size === 0) this.#message.scrollIntoView({ block: "nearest" });
  }

  async #delete() {
    const what = `${this.model.title.toLowerCase()} ${this.record}`;
    if (!(await confirmed(`Delete ${what}?`, "It can’t be brought back.", "Delete"))) return;
    await this.#while(async () => {
      try {
        await remove(this.model.name, this.record);
        dropDraft(this.model.name, this.record);
        this.dispatchEvent(new Event("deleted"));
      } catch (error) {
        this.#fail(error, () => this.#delete());
      }
    });
  }

  /** @param {() => Promise<void>} work */
  async #while(work) {
    if (this.#busy) return;
    this.#busy = true;
    this.#save.setAttribute("aria-disabled", "true");
    await work();
    this.#busy = false;
    this.#save.removeAttribute("aria-disabled");
  }
}

customElements.define("hearth-record-drawer", HearthRecordDrawer);
