/** What kind of player sits on a seat, and the small drawing that stands for it. */

import { attribute, svg } from "./dom.js";

/** @typedef {"person"|"engine"|"model"} Kind */

/** One path a kind, on a field of 24 by 24: a head and shoulders, a cogwheel, a robot's face. @type {Record<Kind, string>} */
const PATHS = {
  person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4.5 20c.6-4 3.3-5.5 7.5-5.5s6.9 1.5 7.5 5.5",
  engine:
    "M12 6a6 6 0 1 1 0 12 6 6 0 0 1 0-12M12 9.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4" +
    "M12 6V2.8M12 18v3.2M6 12H2.8M18 12h3.2M7.8 7.8 5.5 5.5M16.2 16.2l2.3 2.3M16.2 7.8l2.3-2.3M7.8 16.2l-2.3 2.3",
  model: "M7 8.5h10a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-6.5a2 2 0 0 1 2-2M12 8.5V5M12 3.5v.1M9.3 12.3v1.4M14.7 12.3v1.4M9.5 16.4h5M2.5 12.5v3M21.5 12.5v3",
};

/**
 * @param {{player: string, human: boolean}} seat
 * @returns {Kind}
 */
export const kindOf = ({ player, human }) => (human ? "person" : player.startsWith("engine/") ? "engine" : "model");

/**
 * Draw who sits there into an avatar, unless it is drawn already.
 * @param {HTMLElement} avatar
 * @param {{player: string, human: boolean}} seat
 */
export function portray(avatar, seat) {
  const kind = kindOf(seat);
  if (avatar.dataset.kind === kind) return;
  attribute(avatar, "data-kind", kind);
  avatar.replaceChildren(svg("svg", { viewBox: "0 0 24 24" }, svg("path", { d: PATHS[kind] })));
}
