/** A board of cells: a picture for onlookers, a grid to play on for whoever sits at it. */

import { attribute, el, glyphUrl, say } from "../dom.js";
import { named, t } from "../text.js";
import { afterClick, completed, nextCells } from "./choices.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class CellBoard {
  /** @param {(choices: import("../types.js").Choice[]) => void} chosen told one choice, or several to pick from */
  constructor(chosen) {
    this.chosen = chosen;
    this.node = el("div", { class: "cells", onclick: this.#click, onkeydown: this.#key });
    /** @type {import("../types.js").Board|null} */
    this.board = null;
    /** @type {Map<string, HTMLElement>} */
    this.cells = new Map();
    /** @type {string[]} the addresses clicked so far */
    this.path = [];
    this.focused = "";
    this.flipped = false;
    this.seated = false;
  }

  /**
   * @param {import("../types.js").Board} board
   * @param {{seated: boolean, flipped: boolean, label: string}} view seated: somebody here may play on it
   */
  update(board, { seated, flipped, label }) {
    const shape = `${board.rows} ${board.columns} ${flipped}`;
    if (this.node.dataset.shape !== shape) this.#build(board, flipped, shape);
    const changed = JSON.stringify(this.board?.choices) !== JSON.stringify(board.choices);
    this.board = board;
    this.seated = seated;
    if (changed) this.path = [];
    attribute(this.node, "role", seated ? "grid" : "img");
    attribute(this.node, "aria-label", seated ? label : `${label}. ${board.alt}`);
    for (const row of this.node.children) attribute(row, "role", seated ? "row" : "presentation");
    this.#paint();
  }

  /** Put the focus on the board. */
  focus() {
    this.cells.get(this.focused)?.focus();
  }

  /** Forget the cells clicked so far. */
  clear() {
    this.path = [];
    this.#paint();
  }

  /**
   * @param {import("../types.js").Board} board
   * @param {boolean} flipped
   * @param {string} shape
   */
  #build(board, flipped, shape) {
    this.flipped = flipped;
    this.node.dataset.shape = shape;
    this.node.style.setProperty("--columns", String(board.columns));
    this.cells.clear();
    const rows = Array.from({ length: board.rows }, () => el("div", { class: "row" }));
    const ordered = [...board.cells].sort((a, b) => a.row - b.row || a.column - b.column);
    if (flipped) ordered.reverse();
    for (const cell of ordered) {
      const node = el(
        "div",
        { class: "cell", "data-address": cell.address, "data-row": cell.row, "data-column": cell.column },
        el("span", { class: "cell-label" }),
      );
      this.cells.set(cell.address, node);
      rows[flipped ? board.rows - 1 - cell.row : cell.row].append(node);
    }
    this.node.replaceChildren(...rows);
    this.focused = ordered[0]?.address ?? "";
  }

  #paint() {
    const board = this.board;
    if (!board) return;
    const open = nextCells(board.choices, this.path);
    const starts = nextCells(board.choices, []);
    for (const cell of board.cells) {
      const node = /** @type {HTMLElement} */ (this.cells.get(cell.address));
      const state = this.path.includes(cell.address)
        ? "picked"
        : open.has(cell.address)
          ? this.path.length
            ? "target"
            : "open"
          : "";
      attribute(node, "data-shade", cell.shade);
      attribute(node, "data-mark", cell.mark);
      attribute(node, "data-state", state);
      attribute(node, "data-filled", Boolean(cell.glyph));
      this.#drawGlyph(node, cell);
      attribute(node, "role", this.seated ? "gridcell" : "presentation");
      attribute(node, "aria-label", this.seated ? spoken(cell, state) : null);
      attribute(node, "aria-selected", this.seated ? String(state === "picked") : null);
      attribute(node, "tabindex", this.seated ? (cell.address === this.focused ? 0 : -1) : null);
      attribute(node, "data-click", open.has(cell.address) || starts.has(cell.address));
    }
  }

  /**
   * @param {HTMLElement} node
   * @param {import("../types.js").Cell} cell
   */
  #drawGlyph(node, cell) {
    const label = /** @type {HTMLElement} */ (node.firstElementChild);
    say(label, cell.glyph ? "" : cell.label);
    const image = /** @type {HTMLImageElement|null} */ (node.querySelector("img"));
    if (!cell.glyph) image?.remove();
    else if (image) attribute(image, "src", glyphUrl(cell.glyph));
    else node.append(el("img", { src: glyphUrl(cell.glyph), alt: "", draggable: "false" }));
    attribute(label, "data-file", this.#edge(node, cell, "column") ? cell.address[0] : null);
    attribute(node, "data-rank", this.#edge(node, cell, "row") ? cell.address.slice(1) : null);
  }

  /**
   * Whether a chequered cell carries its coordinate: the bottom row its file, the left column its rank.
   * @param {HTMLElement} node
   * @param {import("../types.js").Cell} cell
   * @param {"row"|"column"} what
   */
  #edge(node, cell, what) {
    if (!/^[a-z]\d+$/.test(cell.address) || cell.shade === "plain") return false;
    const row = /** @type {HTMLElement} */ (node.parentElement);
    return what === "column" ? row === this.node.lastElementChild : node === row.firstElementChild;
  }

  /** @param {MouseEvent} event */
  #click = (event) => {
    const node = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest(".cell"));
    if (node && this.seated) this.#pick(node);
  };

  /** @param {HTMLElement} node */
  #pick(node) {
    const choices = this.board?.choices ?? [];
    this.#moveFocus(node);
    this.path = afterClick(choices, this.path, node.dataset.address ?? "");
    const found = completed(choices, this.path);
    this.#paint();
    if (found.length) this.chosen(found);
  }

  /** @param {HTMLElement} node */
  #moveFocus(node) {
    this.focused = node.dataset.address ?? "";
    this.#paint();
    node.focus();
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const node = this.cells.get(this.focused);
    if (!node || !this.seated || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    if (step) this.#step(node, step);
    else if (event.key === "Enter" || event.key === " ") this.#pick(node);
    else if (event.key === "Escape" && this.path.length) this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /**
   * @param {HTMLElement} node
   * @param {number[]} step rows down and columns to the right, as the board is seen
   */
  #step(node, [down, right]) {
    const sign = this.flipped ? -1 : 1;
    const row = Number(node.dataset.row) + sign * down;
    const column = Number(node.dataset.column) + sign * right;
    const next = [...this.cells.values()].find(
      ({ dataset }) => +(dataset.row ?? -1) === row && +(dataset.column ?? -1) === column,
    );
    if (next) this.#moveFocus(next);
  }
}

/**
 * A cell in words.
 * @param {import("../types.js").Cell} cell
 * @param {string} state
 */
function spoken(cell, state) {
  const glyph = cell.glyph ? named(`glyph.${cell.glyph}`, cell.glyph.replaceAll("-", " ")) : t("cell.empty");
  const parts = [cell.address, glyph];
  if (cell.mark) parts.push(named(`mark.${cell.mark}`, cell.mark));
  if (state) parts.push(t(`cell.${state}`));
  return parts.join(", ");
}
