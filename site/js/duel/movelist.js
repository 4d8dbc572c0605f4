/** The moves of a duel, two columns to a numbered row. */

import { attribute, el, keyed, say, SEATS } from "../dom.js";
import { t } from "../text.js";

/** @typedef {Partial<Record<import("../types.js").Seat, string>>} Row */

/**
 * Turns as rows: a turn with both seats' moves is a row; single moves go in pairs, first seat first.
 * @param {import("../types.js").TurnInfo[]} turns
 * @returns {Row[]}
 */
export function rows(turns) {
  /** @type {Row[]} */
  const found = [];
  for (const { moves } of turns) {
    const last = found.at(-1);
    const fits = last && !("first" in moves) && !("second" in last);
    if (fits) Object.assign(last, moves);
    else found.push({ ...moves });
  }
  return found;
}

export class MoveList {
  constructor() {
    this.list = el("ol", { class: "moves-list" });
    this.empty = el("p", { class: "moves-empty", text: t("moves.none") });
    const properties = { class: "moves", tabindex: "0", role: "region", "aria-label": t("moves") };
    this.node = el("div", properties, this.empty, this.list);
    this.shown = -1;
  }

  /** @param {import("../types.js").TurnInfo[]} turns */
  update(turns) {
    const found = rows(turns);
    this.empty.hidden = found.length > 0;
    keyed(this.list, found, (_, index) => String(index), makeRow, patchRow);
    if (turns.length !== this.shown) this.node.scrollTop = this.node.scrollHeight;
    this.shown = turns.length;
  }
}

function makeRow() {
  return el("li", {}, ...SEATS.map((seat) => el("span", { class: `moved seat-${seat}` })));
}

/**
 * @param {HTMLElement} node
 * @param {Row} row
 */
function patchRow(node, row) {
  SEATS.forEach((seat, column) => {
    const cell = node.children[column];
    say(cell, row[seat] ?? "");
    attribute(cell, "data-blank", !row[seat]);
  });
}
