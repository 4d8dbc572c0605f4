/** Buttons that the server offers: each is a command with its options; some ask first, some want more to be typed. */

import * as api from "./api.js";
import { el } from "./dom.js";
import { Confirm } from "./duel/confirm.js";
import { t } from "./text.js";

const LOOKS = { primary: "", success: "", plain: "quiet", danger: "danger" };

/**
 * @typedef {{act: (action: () => Promise<any>) => Promise<any>, type: (text: string) => void}} Around `act` runs an
 *   action and shows what went wrong; `type` puts a text into the line at the bottom
 */

/**
 * @param {import("./types.js").ButtonInfo} button
 * @param {(reply: import("./types.js").Reply) => void} answered
 * @param {Around} around
 * @returns {HTMLElement}
 */
export function commandButton(button, answered, around) {
  const request = api.requestId();
  const run = () =>
    around.act(async () => answered(await api.run(button.command, button.verb, button.options, request)));
  const press = button.asks.length ? async () => around.type(typed(button)) : run;
  if (button.question)
    return new Confirm({ label: button.label, sure: button.question, yes: button.label, no: t("confirm.no") }, press)
      .node;
  return el("button", {
    class: `button small ${LOOKS[button.style]}`.trim(),
    type: "button",
    text: button.label,
    onclick: press,
  });
}

/**
 * The command as it is typed, up to what is still to be filled in.
 * @param {import("./types.js").ButtonInfo} button
 */
function typed({ command, verb, options, asks }) {
  const given = Object.entries(options).map(([name, value]) => `${name}:${/\s/.test(value) ? `"${value}"` : value}`);
  return [`/${command} ${verb}`, ...given, `${asks[0]}:`].join(" ");
}
