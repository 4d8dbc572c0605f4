/** Keeping a duel's turns up to date from answers that hold only the newest ones. */

import { t } from "../text.js";

/**
 * The turns that are known after an answer. A turn that is sent again replaces the old one and all after it: it was
 * taken back.
 * @param {import("../types.js").TurnInfo[]} known
 * @param {import("../types.js").Duel} duel
 * @returns {import("../types.js").TurnInfo[]}
 */
export function adopt(known, duel) {
  const news = duel.turns;
  const kept = news.length ? known.filter((turn) => turn.turn < news[0].turn) : known;
  return [...kept, ...news].slice(0, duel.turn);
}

/**
 * Whether both seats choose at the same time, as far as the duel shows: its turns hold two moves each.
 * @param {{plies: number, turn: number, to_move?: import("../types.js").Seat[]}} duel
 */
export const isSimultaneous = ({ plies, turn, to_move = [] }) => plies > turn || to_move.length > 1;

/**
 * How long a duel was: `38 plies`, or `25 turns` where both choose at once.
 * @param {number} plies
 * @param {number} turn how many turns were played
 */
export const lengthOf = (plies, turn) =>
  isSimultaneous({ plies, turn }) ? t("turns.count", { n: turn }) : t("plies.count", { n: plies });

/**
 * What stands before each turn in a list: `1.` for the first seat or both, `1…` for the second seat alone, as in chess.
 * @param {import("../types.js").TurnInfo[]} turns
 */
export function numbers(turns) {
  let row = 0;
  return turns.map(({ moves }, index) => {
    const answers = !("first" in moves);
    if (!answers || index === 0 || !("first" in turns[index - 1].moves)) row += 1;
    return answers ? `${row}…` : `${row}.`;
  });
}

/**
 * A turn's moves in words, first seat first: `e4`, or `rock – paper`.
 * @param {import("../types.js").TurnInfo} turn
 */
export const movesOf = (turn) => [turn.moves.first, turn.moves.second].filter(Boolean).join(" – ");

/**
 * All that a seat said, the oldest first, up to what it said at the end without a move.
 * @param {import("../types.js").Duel} duel
 * @param {import("../types.js").TurnInfo[]} turns
 * @param {import("../types.js").Seat} seat
 */
export const spokenBy = (duel, turns, seat) =>
  [...turns.map((turn) => turn.spoken[seat]), duel.last_words[seat]].filter((spoken) => spoken !== undefined);
