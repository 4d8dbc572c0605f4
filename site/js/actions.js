/** What a person can do to a duel, as the commands of docs/api.md. */

import * as api from "./api.js";

/**
 * @param {import("./types.js").Duel} duel
 * @param {string} text
 */
export const move = (duel, text) => api.run("duel", "move", { move: text, duel: duel.id, at: duel.position_entry });

/** @param {import("./types.js").Summary} duel */
export const resign = (duel) => api.run("duel", "resign", { duel: duel.id });

/** @param {import("./types.js").Summary} duel */
export const cancel = (duel) => api.run("duel", "cancel", { duel: duel.id });

/** @param {import("./types.js").Summary} duel */
export const rematch = (duel) => api.run("duel", "rematch", { duel: duel.id });

/**
 * Offer something to the other side, or answer what it has offered.
 * @param {import("./types.js").Duel} duel
 * @param {string} verb `draw` or `takeback`
 * @param {string} answer
 */
export const offer = (duel, verb, answer) =>
  api.run("duel", verb, { duel: duel.id, answer, at: duel.position_entry });

/**
 * Let a program play on.
 * @param {import("./types.js").Duel} duel
 * @param {string} player
 */
export const autoplay = (duel, player) => api.run("duel", "autoplay", { duel: duel.id, player });
