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
export const predict = (duel) => api.run("predict", "show", { duel: duel.id });

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
 * Let a program play on. Where that costs a rating or money, the answer says so and asks for a yes.
 * @param {import("./types.js").Duel} duel
 * @param {string} player
 * @param {boolean} sure
 */
export const autoplay = (duel, player, sure) =>
  api.run("duel", "autoplay", { duel: duel.id, player, ...(sure && { sure: "yes" }) });
