/** A form for what a command still needs, made from its options' declarations. */

import * as api from "./api.js";
import { field } from "./dialog/fields.js";
import { el } from "./dom.js";
import { t } from "./text.js";

/**
 * @param {{command: string, verb: string, options: Record<string, any>, asks: import("./types.js").Option[]}} wanted
 * @param {(reply: import("./types.js").Reply) => void} answered
 * @param {(action: () => Promise<any>) => Promise<any>} act runs an action and shows what went wrong
 * @returns {HTMLFormElement}
 */
export function commandForm({ command, verb, options, asks }, answered, act) {
  const fields = asks.map(field);
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const given = fields.map(({ name, value }) => [name, value()]).filter(([, value]) => value !== "");
    act(async () => answered(await api.run(command, verb, { ...options, ...Object.fromEntries(given) })));
  };
  const send = el("button", { class: "button small", text: t("form.send") });
  return el(
    "form",
    { class: "command-form", onsubmit: submit },
    el("div", { class: "fields" }, ...fields.map(({ node }) => node)),
    send,
  );
}
