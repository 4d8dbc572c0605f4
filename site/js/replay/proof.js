/** Whether a choice that was made at the same time as the other's is the one that was sealed before. */

import { el } from "../dom.js";
import { digestOf, seenSeal } from "../duel/seals.js";
import { t } from "../text.js";

export class Proof {
  /**
   * @param {string} duel
   * @param {number} position the number of the position it was chosen in
   * @param {string} seat
   * @param {string} salt
   * @param {string} move as the log holds it
   */
  constructor(duel, position, seat, salt, move) {
    this.mark = el("summary", { class: "proof-mark", text: t("proof.checking") });
    this.sum = el("code", { class: "digest" });
    this.node = el(
      "details",
      { class: "proof" },
      this.mark,
      el("p", {}, "sha256(", el("code", { text: `${salt}|${move}` }), ") ="),
      this.sum,
    );
    this.#check(salt, move, seenSeal(duel, position, seat));
  }

  /**
   * @param {string} salt
   * @param {string} move
   * @param {string|null} seen the digest that this browser saw before the choice was shown
   */
  async #check(salt, move, seen) {
    const digest = await digestOf(salt, move);
    const state = digest === null ? "unable" : seen === null ? "computed" : seen === digest ? "matches" : "differs";
    this.node.dataset.state = state;
    this.mark.textContent = t(`proof.${state}`);
    this.sum.textContent = digest ?? "";
  }
}
