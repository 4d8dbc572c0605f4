/** Keeping a duel's turns up to date from answers that hold only the newest ones. */

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
