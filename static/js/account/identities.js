/** Sign-ins elsewhere that lead into this account. */

import { ask } from "../api.js";
import { auth } from "../auth-store.js";
import { confirmed } from "../components/confirm.js";
import { loaded } from "../components/loaded.js";
import { button, line, panel, since } from "../components/panel.js";
import { toast } from "../components/toast.js";
import { explain } from "../errors.js";
import { h } from "../html.js";

/** @typedef {{ issuer: string, subject: string, provider: string | null, email: string | null, created_at: string, last_used_at: string }} Identity */
/** @typedef {{ name: string, title: string }} Provider */

export function identitiesPanel() {
  return panel(
    "Sign-ins elsewhere",
    "Accounts of providers that lead in here.",
    loaded(async () => {
      const [providers, identities] = await Promise.all([ask("GET", "/api/auth/providers"), ask("GET", "/api/auth/identities")]);
      return { providers: /** @type {Provider[]} */ (providers.items), identities: /** @type {Identity[]} */ (identities.items) };
    }, show),
  );
}

/**
 * @param {{ providers: Provider[], identities: Identity[] }} answer
 * @param {() => Promise<void>} load
 */
function show({ providers, identities }, load) {
  if (providers.length === 0 && identities.length === 0)
    return h("p", { class: "step-text" }, "This server has no providers.");
  return [
    identities.length > 0 && h("ul", { class: "lines" }, identities.map((one) => entry(one, providers, load))),
    h("div", { class: "form-actions" }, providers.map((one) => button(`Link ${one.title}`, () => link(one)))),
  ];
}

/**
 * @param {Identity} identity
 * @param {Provider[]} providers
 * @param {() => Promise<void>} load
 */
function entry(identity, providers, load) {
  const title = providers.find((one) => one.name === identity.provider)?.title ?? identity.issuer;
  const unlink = async () => {
    if (!(await confirmed(`Unlink ${title}?`, "Signing in there does not lead into this account any more.", "Unlink"))) return;
    const path = [identity.provider ?? "", identity.subject].map(encodeURIComponent).join("/");
    await tell(() => ask("DELETE", `/api/auth/identities/${path}`), `${title} is unlinked`);
    await load();
  };
  return line(
    title,
    [identity.email ?? identity.subject, ", ", since("last used", identity.last_used_at)],
    identity.provider !== null && button("Unlink", unlink, `Unlink ${title}`),
  );
}

/** @param {Provider} provider */
async function link({ name }) {
  try {
    const { data } = await ask("POST", `/api/auth/identities/${encodeURIComponent(name)}`, { return_to: "/console/#/account" });
    if (!/^https?:\/\//.test(data.url)) return;
    auth.goElsewhere();
    location.assign(data.url);
  } catch (error) {
    const { title, remedy } = explain(error);
    toast(`${title}. ${remedy}`);
  }
}

/**
 * @param {() => Promise<unknown>} work
 * @param {string} done
 */
async function tell(work, done) {
  try {
    await work();
    toast(done);
  } catch (error) {
    const { title, remedy } = explain(error);
    toast(`${title}. ${remedy}`);
  }
}
