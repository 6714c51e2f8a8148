/** Two have changed one record: what the other one changed, and both ways out. */

import { notice } from "./notice.js";

/**
 * @param {import("../schema.js").Model} model
 * @param {string[]} theirs the fields that the other one changed
 * @param {string[]} mine the fields that are to be saved
 * @param {() => unknown} save
 * @param {() => unknown} reload
 */
export function conflictNotice(model, theirs, mine, save, reload) {
  const sentences = [
    theirs.length > 0 ? `They changed ${series(theirs)}.` : "",
    `You can save yours over it: that writes ${series(mine)} and leaves the rest as it is now.`,
    "Or reload, and lose what you typed.",
  ];
  const text = sentences.filter((sentence) => sentence !== "").join(" ");
  return notice("warning", `Somebody else saved this ${model.title.toLowerCase()} meanwhile`, text, [
    { label: "Save mine over it", main: true, run: save },
    { label: "Reload", run: reload },
  ]);
}

/** @param {string[]} names */
function series(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
