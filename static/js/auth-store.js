/**
 * Who is signed in, in this tab and the others. The access token is in memory alone; the refresh token is a cookie that
 * no script can read. So a reload, and a token's end, go through `POST /api/auth/refresh`: once for however many
 * requests wait for it, and by one tab at a time, since a refresh token used twice ends its session.
 */

import { ApiError, send } from "./http.js";
import { alone } from "./lock.js";

/** @typedef {{ id: string, email: string | null, name?: string | null, role: string, readOnly?: boolean }} User `readOnly`: seen by an admin */
/** @typedef {{ token: string, until: number, self: User }} View */
/** @typedef {"unknown" | "in" | "out"} State */
/** @typedef {"" | "ended" | "elsewhere"} Reason */

/** Says that a cookie is likely there, so that the sign-in page need not try a refresh that must fail. */
const HINT = "hearth.signed_in";
/** In this tab: somebody went to sign in elsewhere, and may come back with a cookie. */
const ELSEWHERE = "hearth.elsewhere";
/** Of whatever uses the cookie. */
const LOCK = "hearth.refresh";
/** A token with less than this left is renewed before it is used, in milliseconds. */
const MARGIN = 20_000;

class AuthStore extends EventTarget {
  /** @type {State} */
  state = "unknown";
  /** @type {User | null} */
  user = null;
  /** Why nobody is signed in any more. @type {Reason} */
  reason = "";
  /** Whether the user may do nothing but set up a second factor. */
  needsFactor = false;
  /** An admin sees as `user`, and changes nothing. @type {View | null} */
  view = null;
  /** @type {string | null} */
  #token = null;
  #expires = 0;
  /** @type {Promise<void> | null} */
  #renewing = null;
  #channel = new BroadcastChannel("hearth.session");
  /** Another tab said that it signed in. Its hint may come later than its word, by another way. */
  #toldIn = false;

  constructor() {
    super();
    this.#channel.addEventListener("message", (event) => this.#hear(event.data));
  }

  /** Whether a session was there when this browser was last used. */
  get isLikelyIn() {
    return hint();
  }

  /** At load: signs in by the cookie, if there is likely one. Throws only when the server can't be asked. */
  async restore() {
    const back = cameBack();
    if (!back && !this.#toldIn && !hint()) return this.#leave("");
    this.#toldIn = false;
    await this.renew(this.#token).catch(ignoreRefusal);
    if (back && this.user !== null) this.#channel.postMessage({ type: "signed_in", user: this.user.id });
  }

  /**
   * @param {string} email
   * @param {string} password
   */
  async signIn(email, password) {
    this.#enter((await send("POST", "/api/auth/login", { body: { email, password } })).body.data);
  }

  /**
   * The second step of a sign-in.
   * @param {string} challenge of the first step's answer
   * @param {string} code
   */
  async goOn(challenge, code) {
    this.#enter((await send("POST", "/api/auth/second-factor", { body: { challenge, code } })).body.data);
  }

  /** @param {{ email: string, password: string, name?: string }} account */
  async register(account) {
    this.#enter((await send("POST", "/api/auth/register", { body: account })).body.data);
  }

  /** The first admin, by the one-time link. @param {{ token: string, email: string, password: string, name?: string }} account */
  async setUp(account) {
    this.#enter((await send("POST", "/api/auth/setup", { body: account })).body.data);
  }

  /** Ends the session here and in the other tabs. Throws when the server can't be told, since then nothing ended. */
  async signOut() {
    // By the cookie, which lasts longer than the token; by the token, where the cookie is not sent.
    for (const token of [null, this.#token]) {
      try {
        await alone(LOCK, () => send("POST", "/api/auth/logout", { body: {}, token, keepalive: true }));
        break;
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }
    this.#leave("");
    this.#channel.postMessage({ type: "signed_out" });
  }

  /** Sees as another user from now on. @param {{ user: User, access_token: string, expires_in: number }} data */
  see(data) {
    if (this.user === null) return;
    this.view = { token: data.access_token, until: Date.now() + data.expires_in * 1000, self: this.view?.self ?? this.user };
    this.user = { ...data.user, readOnly: true };
    this.dispatchEvent(new Event("change"));
  }

  /** Is oneself again. */
  stopSeeing() {
    if (this.view === null) return;
    this.user = this.view.self;
    this.view = null;
    this.dispatchEvent(new Event("change"));
  }

  /** The token for a request, renewed if it is about to end. */
  async token() {
    if (this.view !== null) return this.view.token;
    if (this.#token !== null && Date.now() > this.#expires - MARGIN) await this.renew(this.#token);
    return this.#token;
  }

  /**
   * Gets a new token in place of `stale`. Callers that come while this runs, or after it, get that same one.
   * @param {string | null} stale
   */
  renew(stale) {
    if (this.view?.token === stale) {
      this.stopSeeing();
      return Promise.reject(new ApiError(401, { detail: "You see as yourself again" }));
    }
    if (this.#token !== stale) return Promise.resolve();
    this.#renewing ??= this.#refresh().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  /** Before the browser leaves for a provider's sign-in. */
  goElsewhere() {
    try {
      sessionStorage.setItem(ELSEWHERE, "1");
    } catch {
      // Without storage every load tries a refresh anyway.
    }
  }

  /** The server asks for a second factor before anything else; or has it now. @param {boolean} needed */
  demandFactor(needed) {
    if (this.state !== "in" || this.needsFactor === needed) return;
    this.needsFactor = needed;
    this.dispatchEvent(new Event("change"));
  }

  /** The server does not accept us any more. */
  end() {
    if (this.state !== "out") this.#leave("ended");
  }

  async #refresh() {
    try {
      const { body } = await alone(LOCK, () => send("POST", "/api/auth/refresh", { body: {}, keepalive: true }));
      await this.#adopt(body.data);
    } catch (error) {
      // Who came back from elsewhere without a session had none that could end.
      if (isRefusal(error) && this.state === "unknown" && !hint()) this.#leave("");
      else if (isRefusal(error)) this.end();
      throw error;
    }
  }

  /** @param {any} data the answer to a refresh */
  async #adopt(data) {
    const user = data.user ?? this.user ?? (await send("GET", "/api/auth/me", { token: data.access_token })).body.item;
    this.#keep(data);
    this.#become(user);
  }

  /** @param {any} data the answer to a sign-in */
  #enter(data) {
    this.#keep(data);
    this.#become(data.user);
    this.#channel.postMessage({ type: "signed_in", user: data.user.id });
  }

  /** @param {{ access_token: string, expires_in: number }} data */
  #keep(data) {
    this.#token = data.access_token;
    this.#expires = Date.now() + data.expires_in * 1000;
    setHint(true);
  }

  /** @param {User} user */
  #become(user) {
    const same = this.state === "in" && this.user?.id === user.id;
    if (!same) this.needsFactor = false;
    this.user = user;
    this.state = "in";
    this.reason = "";
    if (!same) this.dispatchEvent(new Event("change"));
  }

  /** @param {Reason} reason */
  #leave(reason) {
    this.#token = null;
    this.view = null;
    this.user = null;
    this.state = "out";
    this.reason = reason;
    setHint(false);
    this.dispatchEvent(new Event("change"));
  }

  /** @param {{ type: string, user?: string }} message from another tab */
  #hear(message) {
    if (message.type === "signed_out" && this.state === "in") this.#leave("elsewhere");
    if (message.type === "signed_in" && (this.view?.self ?? this.user)?.id !== message.user) {
      // The cookie is another user's now. Whoever listens calls `restore`.
      this.#toldIn = true;
      this.#token = null;
      this.view = null;
      this.user = null;
      this.state = "unknown";
      this.dispatchEvent(new Event("change"));
    }
  }
}

/** @param {unknown} error */
function isRefusal(error) {
  return error instanceof ApiError && [400, 401, 403, 422].includes(error.status);
}

/** @param {unknown} error */
function ignoreRefusal(error) {
  if (!isRefusal(error)) throw error;
}

/** Once after each time. */
function cameBack() {
  try {
    const went = sessionStorage.getItem(ELSEWHERE) !== null;
    sessionStorage.removeItem(ELSEWHERE);
    return went;
  } catch {
    return false;
  }
}

function hint() {
  try {
    return localStorage.getItem(HINT) !== null;
  } catch {
    return true;
  }
}

/** @param {boolean} present */
function setHint(present) {
  try {
    if (present) localStorage.setItem(HINT, "1");
    else localStorage.removeItem(HINT);
  } catch {
    // Storage may be forbidden; then every load tries a refresh.
  }
}

export const auth = new AuthStore();
