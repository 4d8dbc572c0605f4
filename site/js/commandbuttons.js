/** Buttons that the server offers: each is a command with its options; some ask first, some need a form. */

import * as api from "./api.js";
import { commandForm } from "./commandform.js";
import { el } from "./dom.js";
import { Confirm } from "./duel/confirm.js";
import { t } from "./text.js";

const LOOKS = { primary: "", success: "", plain: "quiet", danger: "danger" };

/**
 * @param {import("./types.js").ButtonInfo} button
 * @param {(reply: import("./types.js").Reply) => void} answered
 * @param {(action: () => Promise<any>) => Promise<any>} act runs an action and shows what went wrong
 * @returns {HTMLElement}
 */
export function commandButton(button, answered, act) {
  const request = api.requestId();
  const run = () => act(async () => answered(await api.run(button.command, button.verb, button.options, request)));
  const fill = async () => {
    const form = commandForm(button, answered, act);
    node.replaceWith(form);
    /** @type {HTMLElement} */ (form.querySelector(".field")).focus();
  };
  const node = made(button, button.asks.length ? fill : run);
  return node;
}

/**
 * @param {import("./types.js").ButtonInfo} button
 * @param {() => Promise<any>} press
 * @returns {HTMLElement}
 */
function made({ label, question, style }, press) {
  if (question) return new Confirm({ label, sure: question, yes: label, no: t("confirm.no") }, press).node;
  const look = `button small ${LOOKS[style]}`.trim();
  return el("button", { class: look, type: "button", text: label, onclick: press });
}
