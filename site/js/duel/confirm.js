/** A button that asks once more before it does something that cannot be undone. */

import { el, show } from "../dom.js";

export class Confirm {
  /**
   * @param {{label: string, sure: string, yes: string, no: string}} words
   * @param {() => Promise<any>} confirmed
   */
  constructor({ label, sure, yes, no }, confirmed) {
    const agree = async () => {
      this.#ask(false);
      await confirmed();
    };
    this.button = el("button", {
      class: "button quiet small",
      type: "button",
      text: label,
      onclick: () => this.#ask(true),
    });
    this.yes = el("button", { class: "button danger small", type: "button", text: yes, onclick: agree });
    const refuse = el("button", {
      class: "button quiet small",
      type: "button",
      text: no,
      onclick: () => this.#ask(false),
    });
    this.question = el(
      "span",
      { class: "confirm", role: "group", "aria-label": sure, hidden: true },
      el("span", { text: sure }),
      this.yes,
      refuse,
    );
    this.node = el("span", { class: "confirmed" }, this.button, this.question);
  }

  /** @param {boolean} asked */
  #ask(asked) {
    show(this.question, asked);
    show(this.button, !asked);
    (asked ? this.yes : this.button).focus();
  }
}
