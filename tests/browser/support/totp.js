/** Codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds), for whatever moment. */

import { createHmac } from "node:crypto";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP = 30_000;

/**
 * Each code works once: `ahead` 1 is the next step's, which is taken already.
 * @param {string} secret in base32
 */
export function codeOf(secret, ahead = 0, now = Date.now()) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / STEP) + ahead));
  const mac = createHmac("sha1", bytesOf(secret)).update(counter).digest();
  const at = (mac[mac.length - 1] ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** @param {string} text */
function bytesOf(text) {
  const bits = [...text.replace(/\s/g, "")].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}
