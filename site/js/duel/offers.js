/** What the two people of a duel ask each other: a draw, or to take a move back. */

import * as actions from "../actions.js";
import { el, show } from "../dom.js";
import { t } from "../text.js";

const KINDS = [
  {
    name: "draw",
    of: (/** @type {import("../types.js").Duel} */ duel) => duel.draw_offer,
    yes: "accept",
    no: "decline",
  },
  {
    name: "takeback",
    of: (/** @type {import("../types.js").Duel} */ duel) => duel.takeback_offer,
    yes: "allow",
    no: "refuse",
  },
];

export class Offers {
  /** @param {(action: () => Promise<any>) => Promise<boolean>} act */
  constructor(act) {
    this.act = act;
    /** @type {import("../types.js").Duel|null} */
    this.duel = null;
    this.node = el("div", { class: "offers", hidden: true });
    this.shown = "";
  }

  /**
   * @param {import("../types.js").Duel} duel
   * @param {import("../types.js").Seat} seat
   */
  update(duel, seat) {
    this.duel = duel;
    const standing = KINDS.filter(({ of }) => of(duel) !== null);
    show(this.node, standing.length > 0);
    const shown = standing.map(({ name, of }) => `${name} ${of(duel)} ${duel.entry}`).join();
    if (this.shown === shown) return;
    this.shown = shown;
    this.node.replaceChildren(...standing.map((kind) => this.#offer(kind, duel, seat)));
  }

  /**
   * @param {typeof KINDS[number]} kind
   * @param {import("../types.js").Duel} duel
   * @param {import("../types.js").Seat} seat
   */
  #offer({ name, of, yes, no }, duel, seat) {
    if (of(duel) === seat) return el("div", { class: "offer", text: t(`${name}.yours`) });
    const other = duel.seats[seat === "first" ? "second" : "first"];
    return el(
      "div",
      { class: "offer" },
      el("span", { text: t(`${name}.theirs`, { name: other.name }) }),
      this.#button(name, yes, "button small"),
      this.#button(name, no, "button quiet small"),
    );
  }

  /**
   * @param {string} verb
   * @param {string} answer
   * @param {string} look
   */
  #button(verb, answer, look) {
    const send = () => this.duel && this.act(() => actions.offer(/** @type {any} */ (this.duel), verb, answer));
    return el("button", { class: look, type: "button", text: t(`${verb}.${answer}`), onclick: send });
  }
}
