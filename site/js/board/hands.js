/** Two hands that are shown at the same time. */

import { attribute, el, glyphUrl, keyed, say, show } from "../dom.js";
import { t } from "../text.js";

export class Hands {
  constructor() {
    this.node = el("div", { class: "hands" });
  }

  /**
   * @param {import("../types.js").Hand[]} hands
   * @param {Record<import("../types.js").Seat, string>} names
   */
  update(hands, names) {
    keyed(
      this.node,
      hands,
      (hand) => hand.seat,
      make,
      (node, hand) => patch(node, hand, names),
    );
  }
}

/** @param {import("../types.js").Hand} hand */
function make(hand) {
  const palm = el("div", { class: "palm" }, el("img", { alt: "" }), el("span", { class: "palm-hidden", text: "?" }));
  return el("div", { class: `hand seat-${hand.seat}` }, palm, el("b"), el("span", { class: "hand-note" }));
}

/**
 * @param {HTMLElement} node
 * @param {import("../types.js").Hand} hand
 * @param {Record<import("../types.js").Seat, string>} names
 */
function patch(node, hand, names) {
  const image = /** @type {HTMLImageElement} */ (node.querySelector("img"));
  show(image, Boolean(hand.glyph));
  show(/** @type {HTMLElement} */ (node.querySelector(".palm-hidden")), !hand.glyph);
  if (hand.glyph) attribute(image, "src", glyphUrl(hand.glyph));
  attribute(image, "title", hand.glyph || t("hand.hidden"));
  say(/** @type {Element} */ (node.querySelector("b")), names[hand.seat]);
  say(/** @type {Element} */ (node.querySelector(".hand-note")), hand.note);
}
