/** A finished duel as one line: the last board, the result, and what can be done with it. */

import * as api from "../api.js";
import { attribute, el, say, SEATS } from "../dom.js";
import * as format from "../format.js";
import { t } from "../text.js";
import { lengthOf } from "./turns.js";

export class CompactLine {
  /** @param {() => void} open */
  constructor(open) {
    /** @type {number|undefined} */
    this.turn = undefined;
    this.picture = el("img", { class: "thumb", alt: "", loading: "lazy", width: "56", height: "56" });
    this.names = el("span", { class: "compact-names" });
    this.reason = el("span", { class: "compact-reason" });
    this.replay = el("a", { class: "button quiet small", text: t("duel.replay") });
    this.open = el("button", {
      class: "button quiet small",
      type: "button",
      "aria-expanded": "false",
      text: t("duel.open"),
      onclick: open,
    });
    const words = el("div", { class: "compact-words" }, this.names, this.reason);
    this.node = el(
      "div",
      { class: "compact" },
      this.picture,
      words,
      el("div", { class: "compact-actions" }, this.replay, this.open),
    );
  }

  /**
   * @param {import("../types.js").Summary} duel
   * @param {number} [turn] how many turns were played, once that is known
   */
  update(duel, turn) {
    if (!duel.outcome) return;
    this.turn = turn ?? this.turn;
    const [first, second] = SEATS.map((seat) => duel.seats[seat].name);
    say(this.names, `${first}  ${format.score(duel.outcome)}  ${second}`);
    const length = this.turn === undefined ? "" : lengthOf(duel.plies, this.turn);
    const time = duel.ended_ms === null ? "" : format.duration(duel.ended_ms - duel.created_ms);
    say(this.reason, [format.reason(duel.outcome), length, time].filter(Boolean).join(" · "));
    if (this.turn !== undefined) attribute(this.picture, "src", api.picturePath(duel.id, this.turn));
    attribute(this.replay, "href", api.replayPath(duel.id));
    const label = `${duel.title}: ${first} – ${second}`;
    attribute(this.replay, "aria-label", `${t("duel.replay")}, ${label}`);
    attribute(this.open, "aria-label", `${t("duel.open")}, ${label}`);
  }
}
