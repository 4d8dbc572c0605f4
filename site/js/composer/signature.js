/** The help under the line: the verb's words, with the one that is being typed picked out and explained. */

import { el } from "../dom.js";

/**
 * @param {import("./completion.js").Context} context
 * @returns {Node[]}
 */
export function signature({ verb, command, option, given }) {
  if (!verb) return [];
  const positional = verb.options.filter((other) => other.positional);
  const shown = positional.includes(/** @type {any} */ (option)) || !option ? positional : [...positional, option];
  const words = shown.map((other) =>
    el(other === option ? "b" : "span", { class: other.name in given ? "given" : "", text: other.name }),
  );
  const spaced = words.flatMap((word) => [" ", word]);
  return [
    el("code", {}, `/${command} ${verb.name}`, ...spaced),
    el("span", { text: option ? option.help : verb.help }),
  ];
}
