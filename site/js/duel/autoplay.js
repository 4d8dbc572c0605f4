/** Handing one's seat to a program: a button, then who plays on, then a yes. */

import * as actions from "../actions.js";
import * as api from "../api.js";
import { el, show } from "../dom.js";
import { t } from "../text.js";

export class Autoplay {
  /** @param {(action: () => Promise<any>) => Promise<boolean>} act */
  constructor(act) {
    this.act = act;
    /** @type {import("../types.js").Duel|null} */
    this.duel = null;
    this.button = el("button", {
      class: "button quiet small",
      type: "button",
      text: t("autoplay"),
      onclick: () => this.#ask(),
    });
    this.text = el("span");
    /** The player whose price has been told; a second yes is meant. */
    this.told = "";
    this.select = el("select", { class: "field small", "aria-label": t("autoplay.who") });
    const yes = el("button", {
      class: "button danger small",
      type: "button",
      text: t("autoplay.yes"),
      onclick: this.#go,
    });
    this.question = el(
      "span",
      { class: "confirm", role: "group", "aria-label": t("autoplay.sure"), hidden: true },
      this.text,
      this.select,
      yes,
      el("button", {
        class: "button quiet small",
        type: "button",
        text: t("confirm.no"),
        onclick: () => this.#open(false),
      }),
    );
    this.node = el("span", { class: "confirmed" }, this.button, this.question);
  }

  async #ask() {
    const duel = this.duel;
    if (!duel) return;
    await this.act(async () => {
      const ready = (await api.players(duel.game)).filter((player) => player.ready);
      this.select.replaceChildren(...ready.map(({ name }) => el("option", { value: name, text: name })));
      this.told = "";
      this.text.textContent = t("autoplay.sure");
      this.#open(true);
    });
  }

  /** @param {boolean} open */
  #open(open) {
    show(this.question, open);
    show(this.button, !open);
    (open ? this.select : this.button).focus();
  }

  #go = async () => {
    const duel = this.duel;
    this.#open(false);
    if (!duel) return;
    await this.act(async () => {
      const player = this.select.value;
      const answer = await actions.autoplay(duel, player, this.told === player);
      if (!answer.buttons?.length) return;
      this.told = player;
      this.text.textContent = answer.text;
      this.#open(true);
    });
  };
}
