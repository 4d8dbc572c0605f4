/** A chain of words: who said which, and which did not count. */

import { el, keyed } from "../dom.js";

export class Links {
  constructor() {
    this.node = el("ol", { class: "links" });
  }

  /**
   * @param {import("../types.js").Link[]} links
   * @param {Record<import("../types.js").Seat, string>} names
   */
  update(links, names) {
    keyed(
      this.node,
      links,
      (link, index) => `${index} ${link.text} ${link.accepted}`,
      (link) => make(link, names),
    );
  }
}

/**
 * @param {import("../types.js").Link} link
 * @param {Record<import("../types.js").Seat, string>} names
 */
function make(link, names) {
  const word = el(link.accepted ? "span" : "s", { class: "link-word", text: link.text });
  const node = el(
    "li",
    { class: `link ${link.seat ? `seat-${link.seat}` : ""}`, "data-refused": !link.accepted },
    word,
  );
  if (link.seat) node.title = names[link.seat];
  if (link.note) node.append(el("span", { class: "link-note", text: link.note }));
  return node;
}
