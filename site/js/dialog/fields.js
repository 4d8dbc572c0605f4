/** A form field for an option, made from its declaration. */

import { el } from "../dom.js";
import { named, t } from "../text.js";

/** @typedef {{name: string, node: HTMLElement, value: () => string}} Field `value` is empty when nothing was set */

/** Options of games that hardly anybody sets: they stand under “More settings”. */
const ADVANCED = new Set(["position", "fen"]);

let made = 0;

/** @param {import("../types.js").Option} option */
export const isAdvanced = ({ name }) => ADVANCED.has(name);

/**
 * @param {import("../types.js").Option} option
 * @returns {Field}
 */
export function field(option) {
  const id = `field-${++made}`;
  const control = controlFor(option, id);
  const node = el(
    "div",
    { class: "form-field" },
    el("label", { for: id, text: named(`option.${option.name}`, option.name.replaceAll(/[_-]/g, " ")) }),
    control,
    el("p", { class: "form-help", id: `${id}-help`, text: named(`help.${option.name}`, option.help) }),
  );
  return { name: option.name, node, value: () => control.value.trim() };
}

/**
 * @param {import("../types.js").Option} option
 * @param {string} id
 */
function controlFor(option, id) {
  const common = { id, "aria-describedby": `${id}-help`, class: "field" };
  const choices = option.kind === "boolean" ? ["yes", "no"] : option.choices;
  if (choices.length) return select(common, option.name, choices, option.default);
  if (option.kind === "string")
    return el("input", {
      ...common,
      type: "text",
      placeholder: option.default || null,
      autocomplete: "off",
      spellcheck: "false",
    });
  return el("input", {
    ...common,
    type: "number",
    placeholder: option.default,
    min: option.least,
    max: option.most,
    step: option.kind === "integer" ? 1 : "any",
  });
}

/**
 * @param {Record<string, any>} common
 * @param {string} name the option's
 * @param {string[]} choices
 * @param {any} usual
 */
function select(common, name, choices, usual) {
  const word = (/** @type {string} */ choice) => named(`choice.${name}.${choice}`, named(`choice.${choice}`, choice));
  const shown = usual === true ? "yes" : usual === false ? "no" : usual;
  const label = shown ? t("field.default.is", { value: word(String(shown)) }) : t("field.default");
  const rest = choices.filter((choice) => choice !== shown);
  return el(
    "select",
    common,
    el("option", { value: "", text: label }),
    ...rest.map((choice) => el("option", { value: choice, text: word(choice) })),
  );
}
