/**
 * The console's one socket, shared by all of its pages: opened when something is first watched, closed when nothing is
 * any more. Its token is the auth store's; who signs out or becomes somebody else gets another. It says "change" when
 * `state` does.
 */

import { auth } from "./auth-store.js";
import { connect } from "./socket.js";

/** So long the socket is kept while nothing is watched: from one page to the next. */
const IDLE = 20_000;

/** @typedef {"closed" | "connecting" | "open" | "waiting"} LiveState */

class Live extends EventTarget {
  /** @type {LiveState} */
  state = "closed";
  /** @type {import("./socket.js").Socket | null} */
  #socket = null;
  #watched = 0;
  #idle = 0;
  /** @type {string | null} */
  #user = null;

  constructor() {
    super();
    auth.addEventListener("change", () => {
      if (auth.state !== "in" || auth.user?.id !== this.#user) this.#close();
    });
    window.addEventListener("online", () => this.#socket?.hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#socket?.hurry());
  }

  /**
   * As `Socket.watch`; one channel has one watcher at a time.
   * @param {string} channel
   * @param {import("./socket.js").Options} options
   * @param {import("./socket.js").Handlers} handlers
   * @returns {() => void}
   */
  watch(channel, options, handlers) {
    clearTimeout(this.#idle);
    this.#socket ??= this.#open();
    const socket = this.#socket;
    const end = socket.watch(channel, options, handlers);
    this.#watched += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      end();
      if (this.#socket !== socket) return;
      this.#watched -= 1;
      if (this.#watched === 0) this.#idle = window.setTimeout(() => this.#close(), IDLE);
    };
  }

  #open() {
    this.#user = auth.user?.id ?? null;
    this.#watched = 0;
    const socket = connect({
      token: async (stale) => {
        if (stale !== null) await auth.renew(stale);
        const token = await auth.token();
        if (token === null) throw new Error("Nobody is signed in");
        return token;
      },
      state: (state) => {
        if (this.#socket !== socket) return;
        if (state === "closed") this.#socket = null;
        this.#become(state);
      },
    });
    this.#become("connecting");
    return socket;
  }

  #close() {
    clearTimeout(this.#idle);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#become("closed");
  }

  /** @param {LiveState} state */
  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }
}

export const live = new Live();
