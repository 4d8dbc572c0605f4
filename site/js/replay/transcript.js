/** A duel as a conversation: each turn's moves with what was said, what it cost, what failed, and its proofs. */

import { attribute, el, keyed, SEATS } from "../dom.js";
import { AttemptList } from "../duel/seatpanel.js";
import { movesOf } from "../duel/turns.js";
import * as format from "../format.js";
import { t } from "../text.js";
import { Proof } from "./proof.js";

export class Transcript {
  /**
   * @param {HTMLElement} node
   * @param {(turn: number) => void} go
   */
  constructor(node, go) {
    this.node = node;
    this.go = go;
    this.current = -1;
  }

  /**
   * @param {import("../types.js").Duel} duel
   * @param {import("../types.js").TurnInfo[]} turns
   */
  update(duel, turns) {
    /** @type {import("../types.js").TurnInfo|null} */
    let before = null;
    const positions = new Map(
      turns.map((turn) => {
        const position = before?.entry ?? 0;
        before = turn;
        return [turn.entry, position];
      }),
    );
    keyed(
      this.node,
      turns,
      (turn) => `${turn.turn} ${turn.entry}`,
      (turn) => this.#item(duel, turn, positions.get(turn.entry) ?? 0),
    );
  }

  /** @param {number} turn the turn whose end is shown */
  mark(turn) {
    if (turn === this.current) return;
    this.current = turn;
    for (const [index, item] of [...this.node.children].entries()) {
      const here = index + 1 === turn;
      attribute(item, "data-current", here);
      const button = /** @type {HTMLElement} */ (item.querySelector(".jump-to"));
      attribute(button, "aria-current", here ? "step" : null);
      attribute(button, "tabindex", here || (turn === 0 && index === 0) ? 0 : -1);
    }
    this.#reveal(/** @type {HTMLElement|undefined} */ (this.node.children[turn - 1]));
  }

  /** @param {HTMLElement|undefined} item */
  #reveal(item) {
    const list = this.node;
    if (!item) list.scrollTop = 0;
    else if (
      item.offsetTop < list.scrollTop ||
      item.offsetTop + item.offsetHeight > list.scrollTop + list.clientHeight
    ) {
      list.scrollTop = item.offsetTop - list.clientHeight / 3;
    }
  }

  /**
   * @param {import("../types.js").Duel} duel
   * @param {import("../types.js").TurnInfo} turn
   * @param {number} position the number of the position that it was chosen in
   */
  #item(duel, turn, position) {
    const jump = el(
      "button",
      { class: "jump-to", type: "button", tabindex: "-1", onclick: () => this.go(turn.turn) },
      el("span", { class: "ply", text: `${turn.turn}.` }),
      el("b", { text: movesOf(turn) }),
    );
    const seats = SEATS.filter((seat) => turn.moves[seat] !== undefined);
    return el(
      "li",
      { class: seats.length === 1 ? `turn seat-${seats[0]}` : "turn both" },
      jump,
      ...seats.flatMap((seat) => said(duel, turn, seat, position)),
    );
  }
}

/**
 * @param {import("../types.js").Duel} duel
 * @param {import("../types.js").TurnInfo} turn
 * @param {import("../types.js").Seat} seat
 * @param {number} position
 * @returns {HTMLElement[]}
 */
function said(duel, turn, seat, position) {
  const spoken = turn.spoken[seat];
  const nodes = [];
  const facts = spoken ? factsOf(spoken) : [];
  const alone = Object.keys(turn.moves).length === 1;
  const who = alone ? duel.seats[seat].name : `${duel.seats[seat].name}: ${turn.moves[seat]}`;
  nodes.push(
    el(
      "p",
      { class: `turn-who seat-${seat}` },
      el("span", { class: "turn-name", text: who }),
      ...facts.map((fact) => el("span", { class: "fact", text: fact })),
    ),
  );
  if (spoken?.words) nodes.push(el("p", { class: `words seat-${seat}`, dir: "auto", text: spoken.words }));
  if (spoken?.attempts.length) {
    const attempts = new AttemptList();
    attempts.update(spoken.attempts);
    nodes.push(attempts.node);
  }
  const salt = turn.salts[seat];
  if (salt) nodes.push(new Proof(duel.id, position, seat, salt, turn.encoded?.[seat] ?? turn.moves[seat] ?? "").node);
  return nodes;
}

/** @param {import("../types.js").Spoken} spoken */
function factsOf(spoken) {
  const facts = spoken.latency_ms ? [format.duration(spoken.latency_ms)] : [];
  if (!spoken.tokens_in && !spoken.tokens_out) return facts;
  const tokens = t("fact.tokens.short", { in: format.count(spoken.tokens_in), out: format.count(spoken.tokens_out) });
  return [...facts, tokens, format.cost(spoken.cost_usd)];
}
