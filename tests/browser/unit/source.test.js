/** Rules of the console's source that no type checker knows. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { MODULES } from "../../../static/js/preload.js";

const ROOT = fileURLToPath(new URL("../../../static/", import.meta.url));
const files = readdirSync(ROOT, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ name: relative(ROOT, path).replaceAll("\\", "/"), text: readFileSync(path, "utf8") }));
const scripts = files.filter(({ name }) => name.endsWith(".js"));
const page = files.find(({ name }) => name === "index.html").text;

test("no module makes markup or code from text", () => {
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML|\beval\(|new Function|\.cssText|setAttribute\("style"/;
  for (const { name, text } of scripts) assert.doesNotMatch(text, forbidden, name);
});

test("the page has no inline script or style", () => {
  assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=|javascript:/i);
  for (const [, inside] of page.matchAll(/<script[^>]*>([^]*?)<\/script>/g)) assert.equal(inside, "");
});

test("no two elements have one name", () => {
  const names = scripts.flatMap(({ text }) => [...text.matchAll(/customElements\.define\("([^"]+)"/g)].map(([, name]) => name));
  assert.ok(names.length > 10);
  assert.deepEqual(names, [...new Set(names)]);
});

test("nothing is loaded from elsewhere", () => {
  for (const { name, text } of files) {
    const addresses = text.match(/https?:\/\/[^\s"'`)]+/g) ?? [];
    const foreign = addresses.filter((address) => !/^https?:\/\/(www\.w3\.org\/2000\/svg|example\.com)/.test(address));
    assert.deepEqual(foreign, [], name);
  }
});

test("every module says what it is for, and stays small", () => {
  for (const { name, text } of scripts) {
    assert.ok(text.startsWith("/**"), `${name} opens with a comment`);
    assert.ok(text.split("\n").length <= 300, `${name} is longer than 300 lines`);
  }
});

test("whatever the page and the modules name is there", () => {
  const names = new Set(files.map(({ name }) => name));
  for (const [, path] of page.matchAll(/(?:href|src)="\/console\/([^"]+)"/g)) assert.ok(names.has(path), path);
  for (const { name, text } of scripts) {
    for (const [, path] of text.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
      const target = relative(ROOT, join(ROOT, name, "..", path)).replaceAll("\\", "/");
      assert.ok(names.has(target), `${name} imports ${path}`);
    }
  }
});

test("what is loaded ahead is all that the pages import, and nothing else", () => {
  const reached = (/** @type {string} */ from) => {
    const seen = new Set();
    const walk = (/** @type {string} */ name) => {
      if (seen.has(name)) return;
      seen.add(name);
      const text = scripts.find((one) => one.name === `js/${name}`).text;
      for (const [, path] of text.matchAll(/^import [^;]*?"(\.[^"]+)";/gm)) walk(join(name, "..", path).replaceAll("\\", "/"));
    };
    walk(from);
    return seen;
  };
  const app = reached("app.js");
  assert.deepEqual([...MODULES].sort(), [...reached("pages/shell.js")].filter((name) => !app.has(name)).sort());
});

test("text can be read on its ground, light and dark", () => {
  const tokens = Object.fromEntries(
    [
      ...files.find(({ name }) => name === "css/base.css").text.matchAll(/--([\w-]+): (?:light-dark\((#\w+), (#\w+)\)|(#\w+));/g),
    ].map(([, name, light, dark, both]) => [name, [light ?? both, dark ?? both]]),
  );
  const grounds = ["page", "side", "raised", "sunken", "hover"];
  const pairs = [
    ...["text", "muted", "accent", "danger", "faint"].flatMap((text) => grounds.map((ground) => [text, ground])),
    ...["text", "muted", "accent", "faint"].map((text) => [text, "accent-soft"]),
    ["text", "danger-soft"],
    ["muted", "danger-soft"],
    ["danger", "danger-soft"],
    ["text", "warning-soft"],
    ["muted", "warning-soft"],
  ];
  for (const scheme of [0, 1]) {
    for (const [text, ground] of pairs) {
      const ratio = contrast(tokens[text][scheme], tokens[ground][scheme]);
      assert.ok(ratio >= 4.5, `${text} on ${ground}, ${scheme ? "dark" : "light"}: ${ratio.toFixed(2)}`);
    }
    for (const fill of ["accent-fill", "accent-fill-hover", "danger-fill"])
      assert.ok(contrast("#ffffff", tokens[fill][scheme]) >= 4.5, fill);
  }
});

/** WCAG's contrast ratio of two #rrggbb colours. */
function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color) {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
