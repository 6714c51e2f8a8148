/** Name, e-mail address and password. */

import { ask } from "../api.js";
import { auth } from "../auth-store.js";
import { plainForm } from "../components/account-form.js";
import { askByForm } from "../components/dialog-form.js";
import { line, button, panel } from "../components/panel.js";
import { toast } from "../components/toast.js";
import { h } from "../html.js";

export function profilePanels() {
  return [
    panel(
      "Profile",
      "",
      plainForm({
        title: "Profile",
        fields: [
          { name: "name", label: "Name", type: "text", autocomplete: "name", note: "optional", value: auth.user?.name ?? "" },
        ],
        action: "Save",
        submit: async ({ name = "" }) => {
          const { item } = await ask("PUT", "/api/auth/me", { name: name.trim() === "" ? null : name.trim() });
          auth.user = item;
          toast("Saved");
        },
      }),
    ),
    panel(
      "Sign-in",
      "",
      h(
        "ul",
        { class: "lines" },
        line("E-mail address", auth.user?.email ?? "none", button("Change", changeEmail, "Change the e-mail address")),
        line("Password", "Changing it signs you out everywhere else.", button("Change", changePassword, "Change the password")),
      ),
    ),
  ];
}

async function changeEmail() {
  const sent = await askByForm({
    title: "Change the e-mail address",
    text: "A link is mailed to the new address; the change holds once it is opened.",
    fields: [
      { name: "email", label: "New address", type: "email", autocomplete: "email" },
      { name: "password", label: "Password", type: "password", autocomplete: "current-password" },
    ],
    action: "Send the link",
    submit: async ({ email = "", password = "" }) => {
      await ask("POST", "/api/auth/change-email", { email: email.trim(), password });
      return email.trim();
    },
    remedy: wrongPassword,
  });
  if (sent !== null) toast(`A link is on its way to ${sent}`);
}

async function changePassword() {
  const done = await askByForm({
    title: "Change the password",
    text: "All other sessions end.",
    fields: [
      { name: "current_password", label: "Present password", type: "password", autocomplete: "current-password" },
      {
        name: "new_password",
        label: "New password",
        type: "password",
        autocomplete: "new-password",
        hint: "A few words that don't belong together are a good one.",
      },
    ],
    action: "Change it",
    submit: async ({ current_password = "", new_password = "" }) => {
      await ask("POST", "/api/auth/password", { current_password, new_password });
      return true;
    },
    remedy: wrongPassword,
  });
  if (done) toast("Your password is changed");
}

/** @param {import("../http.js").ApiError} error */
function wrongPassword(error) {
  return [401, 403].includes(error.status) ? { title: error.message, remedy: "Type the account’s present password." } : null;
}
