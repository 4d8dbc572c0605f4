/** A Board of the API as a picture: whichever of cells, tracks, hands and links it holds. */

import { el, keyed, say, show } from "../dom.js";
import { CellBoard } from "./cells.js";
import { Hands } from "./hands.js";
import { Links } from "./links.js";
import { Tracks } from "./tracks.js";

export class BoardView {
  /** @param {(choices: import("../types.js").Choice[]) => void} [chosen] */
  constructor(chosen = () => {}) {
    this.cells = new CellBoard(chosen);
    this.tracks = new Tracks();
    this.hands = new Hands();
    this.links = new Links();
    this.captions = el("div", { class: "captions" });
    this.words = el("p", { class: "unseen" });
    this.node = el(
      "div",
      { class: "board" },
      this.words,
      this.cells.node,
      this.tracks.node,
      this.hands.node,
      this.links.node,
      this.captions,
    );
  }

  /**
   * @param {import("../types.js").Board} board
   * @param {{seated: boolean, flipped: boolean, label: string, names: Record<import("../types.js").Seat, string>}} view
   */
  update(board, { seated, flipped, label, names }) {
    show(this.cells.node, board.cells.length > 0);
    show(this.tracks.node, board.tracks.length > 0);
    show(this.hands.node, board.hands.length > 0);
    show(this.links.node, board.links.length > 0);
    if (board.cells.length) this.cells.update(board, { seated, flipped, label });
    this.tracks.update(board.tracks, names);
    this.hands.update(board.hands, names);
    this.links.update(board.links, names);
    say(this.words, board.cells.length && !seated ? "" : board.alt);
    keyed(
      this.captions,
      board.captions,
      (caption) => caption,
      (caption) => el("p", { text: caption }),
    );
  }
}

/**
 * Whether a seat sees the board from the other side: chequered boards are looked at from one's own.
 * @param {import("../types.js").Board} board
 * @param {import("../types.js").Seat|null} seat
 */
export const seenFromBehind = (board, seat) => seat === "second" && board.cells.some((cell) => cell.shade === "dark");
