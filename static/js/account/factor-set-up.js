/**
 * Adding an authenticator app: who one is, the QR code with its first code, and the recovery codes, one after the other
 * in `place`. A session alone does not do: the server wants the password, or a code where there is an app already.
 */

import { ask } from "../api.js";
import { plainForm } from "../components/account-form.js";
import { fill, h } from "../html.js";
import { recoveryCodes } from "./recovery-codes.js";

/** @typedef {import("../components/account-form.js").AccountField} AccountField */
/** @typedef {{ hasFactor: boolean, done: () => unknown, cancel?: () => unknown }} Options */
/** @typedef {{ secret: string, uri: string, qr: string }} Started */

/** @type {AccountField} */
const CODE = { name: "code", label: "Code", type: "text", autocomplete: "one-time-code" };
/** @type {AccountField} */
export const PASSWORD = {
  name: "password",
  label: "Password",
  type: "password",
  autocomplete: "current-password",
  note: "if your account has one",
};

/**
 * What proves who one is: what was typed of it.
 * @param {{ [name: string]: string }} values
 */
export function proofs({ password = "", code = "", name = "" }) {
  return {
    ...(password === "" ? {} : { password }),
    ...(code.trim() === "" ? {} : { code: code.trim() }),
    ...(name.trim() === "" ? {} : { name: name.trim() }),
  };
}

/**
 * @param {HTMLElement} place
 * @param {Options} options
 */
export function factorSetUp(place, options) {
  fill(
    place,
    plainForm({
      title: "Add an authenticator app",
      fields: [
        PASSWORD,
        ...(options.hasFactor ? [{ ...CODE, hint: "Of an app that you have, or a recovery code." }] : []),
        { name: "name", label: "Name of the app or device", type: "text", autocomplete: "off", note: "optional" },
      ],
      action: "Show the QR code",
      submit: async (values) => {
        const { data } = await ask("POST", "/api/auth/second-factors/totp", proofs(values));
        confirmApp(place, options, data);
      },
      aside: cancelButton(options),
    }),
  );
  place.querySelector("input")?.focus();
}

/**
 * @param {HTMLElement} place
 * @param {Options} options
 * @param {Started} started
 */
function confirmApp(place, options, started) {
  fill(
    place,
    h("p", { class: "step-text" }, "Scan this with your authenticator app, or type the key into it."),
    h("img", { class: "qr", src: `data:image/svg+xml,${encodeURIComponent(started.qr)}`, alt: "QR code of the key", width: 184, height: 184 }),
    h("p", { class: "secret" }, h("code", { "aria-label": "Key for the app" }, grouped(started.secret))),
    h("p", { class: "step-text" }, appLink(started.uri)),
    plainForm({
      title: "Confirm the app",
      fields: [{ ...CODE, label: "Code that the app shows" }],
      action: "Confirm",
      submit: async ({ code = "" }) => {
        const { data } = await ask("POST", "/api/auth/second-factors/totp/confirm", { code: code.trim() });
        if (data.recovery_codes.length === 0) options.done();
        else recoveryCodes(place, data.recovery_codes, options.done);
      },
      remedy: (error) =>
        error.status === 403
          ? { title: "The code is not right", remedy: "Type the one that the app shows now. Is the device’s clock right?" }
          : null,
      aside: cancelButton(options),
    }),
  );
  place.querySelector("input")?.focus();
}

/** @param {Options} options */
function cancelButton({ cancel }) {
  return cancel && h("button", { type: "button", class: "button", on: { click: cancel } }, "Cancel");
}

/** Apps take such links; `h` makes those of pages alone. @param {string} uri */
function appLink(uri) {
  const link = h("a", null, "Open in an app on this device");
  if (uri.startsWith("otpauth://")) link.href = uri;
  return link;
}

/** In fours, as one types it. @param {string} secret */
function grouped(secret) {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}
