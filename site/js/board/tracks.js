/** Lanes of a race: how far, how fast, and where the corners are. */

import { attribute, el, glyphUrl, keyed, say } from "../dom.js";
import { t } from "../text.js";

export class Tracks {
  constructor() {
    this.node = el("div", { class: "tracks" });
  }

  /**
   * @param {import("../types.js").Track[]} tracks
   * @param {Record<import("../types.js").Seat, string>} names
   */
  update(tracks, names) {
    keyed(
      this.node,
      tracks,
      (track) => track.seat,
      make,
      (node, track) => patch(node, track, names),
    );
  }
}

/** @param {import("../types.js").Track} track */
function make(track) {
  const head = el("div", { class: "track-head" }, el("b"), el("span", { class: "track-facts" }));
  const car = el("img", { class: "car", src: glyphUrl(`car-${track.seat}`), alt: "" });
  const lane = el("div", { class: "lane" }, ...corners(track), car);
  return el("div", { class: `track seat-${track.seat}` }, head, lane);
}

/** @param {import("../types.js").Track} track */
function corners(track) {
  return track.sections
    .filter((section) => section.limit !== null)
    .map((section) => {
      const node = el("span", {
        class: "corner",
        text: String(section.limit),
        title: t("track.corner", { limit: section.limit ?? 0 }),
      });
      node.style.insetInlineStart = `${(100 * section.start) / track.length}%`;
      node.style.width = `${(100 * (section.end - section.start)) / track.length}%`;
      return node;
    });
}

/**
 * @param {HTMLElement} node
 * @param {import("../types.js").Track} track
 * @param {Record<import("../types.js").Seat, string>} names
 */
function patch(node, track, names) {
  say(/** @type {Element} */ (node.querySelector("b")), names[track.seat]);
  const facts = t("track.facts", { at: Math.min(track.at, track.length), length: track.length, speed: track.speed });
  const shown = track.note ? `${facts} · ${track.note}` : facts;
  say(/** @type {Element} */ (node.querySelector(".track-facts")), shown);
  const car = /** @type {HTMLElement} */ (node.querySelector(".car"));
  const left = `${Math.min(100, (100 * track.at) / track.length)}%`;
  if (car.style.insetInlineStart !== left) car.style.insetInlineStart = left;
  attribute(node, "data-moving", track.speed > 0);
}
