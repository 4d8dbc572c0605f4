/** What can be typed next in `/command verb value … name:value`, from the declared commands. Knows no page. */

/**
 * @typedef {{value: string, label: string, detail: string}} Suggestion `value` is what is put in for the typed word
 * @typedef {{start: number, end: number, typed: string}} Word a word of the text and where it stands
 * @typedef {{word: Word, verb: import("../types.js").Verb|null, command: string, option: import("../types.js").Option|null,
 *   named: boolean, open: import("../types.js").Option[], given: Record<string, string>}} Context
 *   where the caret stands: in which verb, at which option, which options are still open, what was given before
 */

/**
 * @param {string} text
 * @returns {Word[]}
 */
export const words = (text) =>
  [...text.matchAll(/\S*?:"[^"]*"|"[^"]*"?|\S+/g)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    typed: found[0],
  }));

/**
 * @param {string} text
 * @param {number} caret
 * @param {import("../types.js").Command[]} commands
 * @param {(game: string) => import("../types.js").Option[]} settingsOf a game's own options
 * @returns {Context|null} `null` when the text is no command
 */
export function contextAt(text, caret, commands, settingsOf) {
  if (!text.startsWith("/")) return null;
  const all = words(text.slice(0, caret));
  const at = all.at(-1)?.end === caret ? all.pop() : undefined;
  const word = at ?? { start: caret, end: caret, typed: "" };
  const command = commands.find(({ name }) => `/${name}` === all[0]?.typed);
  const verb = command?.verbs.find(({ name }) => name === all[1]?.typed) ?? null;
  if (!command || !verb)
    return {
      word: { start: 0, end: caret, typed: text.slice(0, caret) },
      verb: null,
      command: "",
      option: null,
      named: false,
      open: [],
      given: {},
    };
  return { word, verb, command: command.name, ...options(verb, all.slice(2), word.typed, settingsOf) };
}

/**
 * @param {import("../types.js").Verb} verb
 * @param {Word[]} before the words between the verb and the caret's word
 * @param {string} typed the caret's word
 * @param {(game: string) => import("../types.js").Option[]} settingsOf
 */
function options(verb, before, typed, settingsOf) {
  /** @type {Record<string, string>} */
  const given = {};
  const bare = before.map((word) => word.typed).filter((word) => !take(verb.options, word, given));
  const places = verb.options.filter((option) => option.positional && !(option.name in given));
  bare.forEach((word, index) => places[index] && (given[places[index].name] = word));
  const game = verb.options.find((option) => option.completes === "games");
  const settings =
    verb.options.some(({ name }) => name === "settings") && game ? settingsOf(given[game.name] ?? "") : [];
  for (const { typed: word } of before) take(settings, word, given);
  const open = [...verb.options.filter(({ name }) => name !== "settings"), ...settings].filter(
    ({ name }) => !(name in given),
  );
  const name = typed.split(":")[0];
  const byName = typed.includes(":") ? open.find((option) => option.name === name) : undefined;
  return { option: byName ?? places[bare.length] ?? null, named: byName !== undefined, open, given };
}

/**
 * @param {import("../types.js").Option[]} known
 * @param {string} word
 * @param {Record<string, string>} given
 */
function take(known, word, given) {
  const colon = word.indexOf(":");
  const name = word.slice(0, colon);
  if (colon < 1 || !known.some((option) => option.name === name)) return false;
  given[name] = word.slice(colon + 1);
  return true;
}

/**
 * Whole commands that begin with, or contain, what was typed.
 * @param {string} typed
 * @param {import("../types.js").Command[]} commands
 * @returns {Suggestion[]}
 */
export function verbSuggestions(typed, commands) {
  const needle = typed.toLowerCase().replace(/\s+/g, " ");
  const all = commands.flatMap((command) =>
    command.verbs.map((verb) => ({
      value: `/${command.name} ${verb.name}`,
      label: `/${command.name} ${verb.name}`,
      detail: verb.help,
    })),
  );
  return ranked(all, needle.trim() === "/" ? "/" : needle);
}

/**
 * Suggestions for the caret's option and the names of the options that are still open.
 * @param {Context} context
 * @param {(what: string, typed: string, game: string) => Promise<{value: string, label: string}[]>} ask the server
 * @returns {Promise<Suggestion[]>}
 */
export async function optionSuggestions(context, ask) {
  const { option, named, word, open } = context;
  const typed = named ? word.typed.slice(word.typed.indexOf(":") + 1) : word.typed;
  const values = option ? await valuesOf(option, typed, context.given, ask) : [];
  const shown = values.map((item) => ({ ...item, value: named ? `${option?.name}:${item.value}` : item.value }));
  if (named || (option?.required && !typed)) return shown;
  const names = open
    .filter((other) => !other.positional)
    .map(({ name, help }) => ({ value: `${name}:`, label: `${name}:`, detail: help }));
  return [...shown, ...ranked(names, typed.toLowerCase())];
}

/**
 * @param {import("../types.js").Option} option
 * @param {string} typed
 * @param {Record<string, string>} given
 * @param {(what: string, typed: string, game: string) => Promise<{value: string, label: string}[]>} ask
 * @returns {Promise<Suggestion[]>}
 */
async function valuesOf(option, typed, given, ask) {
  if (option.completes) {
    const found = await ask(option.completes, typed, given.game ?? "");
    return found.map(({ value, label }) => ({ value, label: value, detail: label }));
  }
  const choices = option.kind === "boolean" ? ["yes", "no"] : option.choices;
  return ranked(
    choices.map((value) => ({ value, label: value, detail: "" })),
    typed.toLowerCase(),
  );
}

/**
 * Those that begin with what was typed, then those that contain it.
 * @param {Suggestion[]} all
 * @param {string} needle
 */
function ranked(all, needle) {
  const begins = all.filter(({ value }) => value.toLowerCase().startsWith(needle));
  return [...begins, ...all.filter((item) => !begins.includes(item) && item.value.toLowerCase().includes(needle))];
}
