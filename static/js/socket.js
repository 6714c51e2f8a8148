/**
 * One socket for all channels of a page. It connects again by itself, at growing and scattered times, and goes on where
 * each channel stopped, so that nothing is missed and nothing comes twice. Where nobody could go on, it asks for a
 * snapshot. docs/realtime.md has the frames.
 */

import { Watch } from "./channel.js";
import { parseJson, writeJson } from "./json.js";

const PROTOCOL = "hearth.v1";
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/** Nothing for so long, and the connection is dead whatever the browser says: the server asks every 25 s. */
const SILENCE = 45_000;
/** After these nobody is let in by trying again. */
const FINAL = new Set([4400, 4403, 4404]);

/** @typedef {import("./channel.js").Frame} Frame */
/** @typedef {import("./channel.js").Options} Options */
/** @typedef {import("./channel.js").Handlers} Handlers */
/**
 * @typedef {object} Settings
 * @property {(stale: string | null) => Promise<string>} token a token; another one than `stale`, which no longer holds
 * @property {string} [url] of the server's `/ws`; this page's own without it
 * @property {(state: "open" | "waiting" | "closed", code?: number) => void} [state]
 */

export class Socket {
  /** @type {Map<string, Watch>} */
  #watches = new Map();
  /**
   * Channels that were left, and the number of the frame that said so: until it is answered, what comes of them is of the
   * time before, also when they are watched anew.
   * @type {Map<string, number>}
   */
  #leaving = new Map();
  #number = 0;
  /** @type {WebSocket | null} */
  #stream = null;
  /** @type {string | null} Names the log in which the places are. */
  #epoch = null;
  /** @type {string | null} */
  #token = null;
  /** Whether the token was refused. */
  #stale = false;
  #open = false;
  #closed = false;
  #tries = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence;
  /** @type {number | undefined} What the server asked to wait. */
  #asked;

  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
    void this.#connect();
  }

  /**
   * Watches a channel until the returned function is called.
   * @param {string} channel
   * @param {Options} options
   * @param {Handlers} handlers
   * @returns {() => void}
   */
  watch(channel, options, handlers) {
    if (this.#watches.has(channel)) throw new Error(`${channel} is watched already`);
    const watch = new Watch(channel, options, handlers);
    this.#watches.set(channel, watch);
    if (this.#open) this.#say(watch.wish(this.#epoch));
    return () => {
      if (this.#watches.get(channel) !== watch) return;
      this.#watches.delete(channel);
      if (this.#open) this.#leave(channel);
    };
  }

  /**
   * Says something in a room, if there is a connection just now.
   * @param {string} channel
   * @param {unknown} data
   */
  publish(channel, data) {
    if (this.#open) this.#say({ type: "publish", channel, data });
    return this.#open;
  }

  /** Tries again at once, where it waits for that. */
  hurry() {
    if (this.#timer === undefined || this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#connect();
  }

  close() {
    this.#end();
    this.#stream?.close(1000);
  }

  /** @param {string} channel */
  #leave(channel) {
    const id = ++this.#number;
    this.#leaving.set(channel, id);
    this.#say({ type: "unsubscribe", id, channel });
  }

  /** @param {Frame} frame */
  #isOld(frame) {
    for (const [channel, id] of this.#leaving) if (frame.id === id) this.#leaving.delete(channel);
    return frame.channel !== undefined && this.#leaving.has(frame.channel);
  }

  /** @param {unknown} frame */
  #say(frame) {
    this.#stream?.send(writeJson(frame));
  }

  async #connect() {
    try {
      this.#token = await this.settings.token(this.#stale ? this.#token : null);
    } catch {
      return this.#later();
    }
    if (this.#closed) return;
    this.#stale = false;
    const url = this.settings.url ?? `${location.origin.replace(/^http/, "ws")}/ws`;
    const stream = new WebSocket(url, [PROTOCOL, `bearer.${encode(this.#token)}`]);
    this.#stream = stream;
    stream.onmessage = (message) => {
      this.#listen();
      this.#take(parseJson(message.data));
    };
    stream.onclose = (event) => this.#lost(stream, event.code);
    this.#listen();
  }

  /** A connection that is dead without anybody's saying so is given up. */
  #listen() {
    clearTimeout(this.#silence);
    const stream = this.#stream;
    this.#silence = setTimeout(() => {
      stream?.close();
      if (stream) this.#lost(stream, 1006);
    }, SILENCE);
  }

  /** @param {Frame} frame */
  #take(frame) {
    if (this.#isOld(frame)) return;
    const watch = frame.channel === undefined ? undefined : this.#watches.get(frame.channel);
    switch (frame.type) {
      case "welcome":
        this.#welcome(frame);
        break;
      case "ping":
        this.#say({ type: "pong" });
        for (const watch of this.#watches.values()) watch.seenUpTo(frame.seq);
        break;
      case "expiring":
        void this.#renew();
        break;
      case "bye":
        this.#asked = frame.retry_ms;
        break;
      case "error":
        if (watch) {
          this.#watches.delete(watch.channel);
          watch.handlers.error?.(frame);
        }
        break;
      case "reset":
        if (watch) {
          watch.take(frame);
          this.#say(watch.wish(this.#epoch));
        }
        break;
      case "end":
        if (watch) this.#watches.delete(watch.channel);
        watch?.take(frame);
        break;
      default:
        watch?.take(frame);
    }
  }

  /** @param {Frame} frame */
  #welcome(frame) {
    this.#open = true;
    this.#tries = 0;
    this.#leaving.clear();
    // Places of another log are none in this one: the server says so by a reset.
    const before = this.#epoch ?? frame.epoch;
    for (const watch of this.#watches.values()) this.#say(watch.wish(before));
    this.#epoch = frame.epoch;
    this.settings.state?.("open");
  }

  async #renew() {
    try {
      this.#token = await this.settings.token(this.#token);
      this.#say({ type: "auth", token: this.#token });
    } catch {
      // The server ends it in time, and then it is tried again.
    }
  }

  /**
   * @param {WebSocket} stream
   * @param {number} code
   */
  #lost(stream, code) {
    if (stream !== this.#stream) return;
    clearTimeout(this.#silence);
    this.#stream = null;
    this.#open = false;
    // A refusal before the upgrade looks like this, too: a token that holds is cheap to ask for.
    if (code === 4401 || code === 1006) this.#stale = code === 4401 || this.#tries > 0;
    if (FINAL.has(code)) this.#end(code);
    else this.#later();
  }

  #later() {
    if (this.#closed) return;
    this.#tries += 1;
    const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries);
    // Scattered, so that not all pages come back at once.
    const wait = this.#asked ?? most / 2 + (Math.random() * most) / 2;
    this.#asked = undefined;
    this.settings.state?.("waiting");
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#connect();
    }, wait);
  }

  /** @param {number} [code] */
  #end(code) {
    if (this.#closed) return;
    this.#closed = true;
    this.#open = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.settings.state?.("closed", code);
  }
}

/** @param {Settings} settings */
export function connect(settings) {
  return new Socket(settings);
}

/**
 * A text in base64url without padding: what may stand in a subprotocol's name.
 * @param {string} text
 */
function encode(text) {
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
