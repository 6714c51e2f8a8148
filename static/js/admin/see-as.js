/** An admin begins to see as another user: why is asked first, since the audit keeps it. */

import { ask } from "../api.js";
import { auth } from "../auth-store.js";
import { askByForm } from "../components/dialog-form.js";
import { flushDeletions } from "../deletions.js";
import { go } from "../router.js";

/**
 * @param {import("../pages/people.js").Person} person
 * @param {() => void} close closes what is open over the page
 */
export async function seeAs(person, close) {
  const data = await askByForm({
    title: `See as ${person.email ?? person.name ?? person.id}`,
    text: "You see what they see, for 15 minutes, and can change nothing. The audit keeps that you did, and why.",
    fields: [{ name: "reason", label: "Reason", type: "text", autocomplete: "off" }],
    action: "See as them",
    submit: async ({ reason = "" }) => {
      const path = `/api/admin/users/${encodeURIComponent(person.id)}/view-as`;
      return (await ask("POST", path, { reason: reason.trim() })).data;
    },
  });
  if (data === null) return;
  await flushDeletions();
  close();
  go("#/", { replace: false });
  auth.see(data);
}
