/** A duel as a conversation: each turn's moves with what was said, what it cost, what failed, and its proofs. */

import { attribute, el, keyed, SEATS } from "../dom.js";
import { AttemptList } from "../duel/seatpanel.js";
import { movesOf, numbers } from "../duel/turns.js";
import * as format from "../format.js";
import { kindOf } from "../portrait.js";
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
    const labels = numbers(turns);
    const hasEnding = SEATS.some((seat) => duel.last_words[seat]);
    keyed(
      this.node,
      hasEnding ? [...turns, null] : turns,
      (turn) => (turn ? `${turn.turn} ${turn.entry}` : "ending"),
      (turn) => (turn ? this.#item(duel, turn, turns[turn.turn - 2]?.entry ?? 0, labels[turn.turn - 1]) : ending(duel)),
    );
  }

  /** @param {number} turn the turn whose end is shown */
  mark(turn) {
    if (turn === this.current) return;
    this.current = turn;
    const buttons = /** @type {HTMLElement[]} */ ([...this.node.querySelectorAll(".jump-to")]);
    buttons.forEach((button, index) => {
      const isHere = index + 1 === turn;
      attribute(/** @type {Element} */ (button.parentElement), "data-current", isHere);
      attribute(button, "aria-current", isHere ? "step" : null);
      attribute(button, "tabindex", isHere || (turn === 0 && index === 0) ? 0 : -1);
    });
    const last = turn === buttons.length ? this.node.lastElementChild : buttons[turn - 1]?.parentElement;
    this.#reveal(turn > 0 ? /** @type {HTMLElement|null} */ (last) : null);
  }

  /** @param {HTMLElement|null|undefined} item */
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
   * @param {string} number what stands before it
   */
  #item(duel, turn, position, number) {
    const jump = el(
      "button",
      { class: "jump-to", type: "button", tabindex: "-1", onclick: () => this.go(turn.turn) },
      el("span", { class: "ply", text: number }),
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
 * What was said at the end without a move.
 * @param {import("../types.js").Duel} duel
 */
function ending(duel) {
  const seats = SEATS.filter((seat) => duel.last_words[seat]);
  return el(
    "li",
    { class: seats.length === 1 ? `turn seat-${seats[0]}` : "turn both" },
    ...seats.flatMap((seat) => spokenNodes(duel, seat, duel.seats[seat].name, duel.last_words[seat])),
  );
}

/**
 * @param {import("../types.js").Duel} duel
 * @param {import("../types.js").TurnInfo} turn
 * @param {import("../types.js").Seat} seat
 * @param {number} position
 * @returns {HTMLElement[]}
 */
function said(duel, turn, seat, position) {
  const isAlone = Object.keys(turn.moves).length === 1;
  const who = isAlone ? duel.seats[seat].name : `${duel.seats[seat].name}: ${turn.moves[seat]}`;
  const nodes = spokenNodes(duel, seat, who, turn.spoken[seat]);
  const salt = turn.salts[seat];
  if (!salt) return nodes;
  return [...nodes, new Proof(duel.id, position, seat, salt, turn.encoded[seat] ?? turn.moves[seat] ?? "").node];
}

/**
 * @param {import("../types.js").Duel} duel
 * @param {import("../types.js").Seat} seat
 * @param {string} who
 * @param {import("../types.js").Spoken|undefined} spoken
 * @returns {HTMLElement[]}
 */
function spokenNodes(duel, seat, who, spoken) {
  const facts = spoken ? factsOf(spoken, kindOf(duel.seats[seat])) : [];
  const nodes = [
    el(
      "p",
      { class: `turn-who seat-${seat}` },
      el("span", { class: "turn-name", text: who }),
      ...facts.map((fact) => el("span", { class: "fact", text: fact })),
    ),
  ];
  if (spoken?.words) nodes.push(el("p", { class: `words seat-${seat}`, dir: "auto", text: spoken.words }));
  if (spoken?.attempts.length) {
    const attempts = new AttemptList();
    attempts.update(spoken.attempts);
    nodes.push(attempts.node);
  }
  return nodes;
}

/**
 * @param {import("../types.js").Spoken} spoken
 * @param {import("../portrait.js").Kind} kind
 */
function factsOf(spoken, kind) {
  const facts = spoken.latency_ms ? [format.duration(spoken.latency_ms)] : [];
  if (kind !== "model" || (!spoken.tokens_in && !spoken.tokens_out)) return facts;
  const tokens = t("fact.tokens.short", { in: format.count(spoken.tokens_in), out: format.count(spoken.tokens_out) });
  return [...facts, tokens, format.cost(spoken.cost_usd)];
}
