/** What is watched of one channel: how far one has seen, and what to ask for when the connection is new. Pure. */

/**
 * A frame of the server; which members it has follows from its type.
 * @typedef {object} Frame
 * @property {string} type
 * @property {string} [channel]
 * @property {any} [id] of the client's frame that is answered
 * @property {any} [seq]
 * @property {any} [epoch]
 * @property {any} [items]
 * @property {boolean} [more]
 * @property {"insert" | "update" | "delete" | "leave"} [op]
 * @property {any} [key]
 * @property {any} [item]
 * @property {string} [kind]
 * @property {any} [data]
 * @property {string} [reason]
 * @property {string} [state]
 * @property {string} [code]
 * @property {string} [detail]
 * @property {number} [retry_ms]
 */
/** @typedef {{ snapshot?: boolean, where?: { [field: string]: unknown }, after?: number }} Options */
/**
 * What is told of a channel; all of it is optional.
 * @typedef {object} Handlers
 * @property {(items: any[], first: boolean) => void} [snapshot] a page of the records; with the first one all others are old
 * @property {(change: Frame) => void} [change] what happened to a record
 * @property {(event: Frame) => void} [event] an entry of an execution's log, or a message of a room
 * @property {() => void} [live] from here on it is now
 * @property {(end: Frame) => void} [end] the execution is over
 * @property {(reset: Frame) => void} [reset] something was missed; what comes next begins anew
 * @property {(error: Frame) => void} [error] the channel is not for this user, or none
 */

export class Watch {
  /** @type {number | undefined} The highest `seq` that was seen. */
  seen;
  /** Whether the next page of a snapshot is its first. */
  fresh = true;
  /** Whether all that was asked for has come, so that what comes now is all there is. */
  live = false;

  /**
   * @param {string} channel
   * @param {Options} options
   * @param {Handlers} handlers
   */
  constructor(channel, options, handlers) {
    this.channel = channel;
    this.options = options;
    this.handlers = handlers;
    this.seen = options.after;
  }

  /**
   * What to ask for now.
   * @param {string | null} epoch
   */
  wish(epoch) {
    const { where, snapshot } = this.options;
    this.live = false;
    const wish = { type: "subscribe", channel: this.channel, ...(where && { where }) };
    if (this.channel.startsWith("room:")) return wish;
    // A snapshot that broke off in its middle is asked for anew.
    if (this.seen !== undefined && (this.fresh || !snapshot)) return { ...wish, after: this.seen, ...(epoch && { epoch }) };
    this.fresh = true;
    return snapshot ? { ...wish, snapshot: true } : wish;
  }

  /**
   * What was not this page's moves its place as well, so that it is still kept when it comes back. A log of its own is
   * not meant, nor who still waits for what came before.
   * @param {number} seq of a ping
   */
  seenUpTo(seq) {
    if (this.live && this.channel.startsWith("records:")) this.seen = Math.max(seq, this.seen ?? 0);
  }

  /** @param {Frame} frame */
  take(frame) {
    const { handlers } = this;
    if (frame.type === "snapshot") {
      const first = this.fresh;
      this.fresh = !frame.more;
      if (!frame.more) this.seen = frame.seq;
      handlers.snapshot?.(frame.items, first);
      return;
    }
    if (frame.type === "reset") {
      this.live = false;
      this.seen = undefined;
      this.fresh = true;
      handlers.reset?.(frame);
      return;
    }
    if (frame.seq !== undefined) {
      // It was told before the connection broke.
      if (frame.type !== "live" && frame.type !== "end" && this.seen !== undefined && frame.seq <= this.seen) return;
      this.seen = Math.max(frame.seq, this.seen ?? 0);
    }
    if (frame.type === "live") this.live = true;
    if (frame.type === "change") handlers.change?.(frame);
    else if (frame.type === "event") handlers.event?.(frame);
    else if (frame.type === "live") handlers.live?.();
    else if (frame.type === "end") handlers.end?.(frame);
  }
}
