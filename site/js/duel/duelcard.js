/** A duel in the channel: a message of who started it, with the live board, both seats, and its controls. */

import * as actions from "../actions.js";
import { ApiError } from "../api.js";
import { BoardView, seenFromBehind } from "../board/board.js";
import { Complaint } from "../complaint.js";
import { attribute, el, SEATS, show } from "../dom.js";
import { t } from "../text.js";
import { CardFrame } from "./cardframe.js";
import { CompactLine } from "./compact.js";
import { Confirm } from "./confirm.js";
import { Controls } from "./controls.js";
import { MoveList } from "./movelist.js";
import { ResultBar } from "./result.js";
import { rememberSeals } from "./seals.js";
import { SeatPanel } from "./seatpanel.js";
import { adopt } from "./turns.js";

export class DuelCard {
  /**
   * @param {import("../types.js").Summary} summary
   * @param {{changed: () => void, formats: (game: string) => string[], isMember: (name: string) => boolean,
   *   moderates: boolean, watches?: boolean, answered: (reply: import("../types.js").Reply, asked: string) => void}} channel
   */
  constructor(summary, channel) {
    this.channel = channel;
    this.summary = summary;
    /** @type {import("../types.js").Duel|null} */
    this.duel = null;
    /** @type {import("../types.js").TurnInfo[]} */
    this.turns = [];
    this.etag = "";
    this.skew_ms = 0;
    this.expanded = summary.status !== "over";
    this.kept = false;
    this.broken = false;
    this.compact = new CompactLine(() => this.expand(true));
    this.board = new BoardView((choices) => this.#clicked(choices));
    this.seats = { first: new SeatPanel("first"), second: new SeatPanel("second") };
    this.moves = new MoveList();
    this.controls = new Controls(this.#act);
    this.result = new ResultBar(this.#act, () => this.expand(false), channel.formats);
    show(this.result.rematch, !channel.watches);
    this.cancel = new Confirm(
      { label: t("duel.cancel"), sure: t("duel.cancel.sure"), yes: t("duel.cancel.yes"), no: t("duel.cancel.no") },
      () => this.#act(() => actions.cancel(this.summary)),
    );
    this.predict = el("button", {
      class: "button quiet small",
      type: "button",
      text: t("duel.predict"),
      onclick: () => this.#act(async () => channel.answered(await actions.predict(this.summary), "/predict show")),
    });
    this.frame = new CardFrame(summary.id, this);
    this.node = this.frame.node;
    this.complaint = new Complaint(this.frame.error, "error.offline");
    this.node.addEventListener("input", () => this.complaint.clear());
    this.update(summary);
  }

  get id() {
    return this.summary.id;
  }

  /** Whether the server may have news of it that is shown. */
  get wantsNews() {
    return this.expanded && !this.broken && (!this.duel || this.duel.status !== "over");
  }

  /** Whether the person here has to move. */
  get isYours() {
    return Boolean(this.duel?.your_move && !this.duel.outcome);
  }

  /** The number of the last entry that is known. */
  get after() {
    return this.duel ? this.duel.entry : -1;
  }

  /** Where the duel stands: changes with every turn and at the end. */
  get place() {
    return this.duel ? `${this.duel.position_entry} ${this.duel.outcome !== null}` : "";
  }

  /** The server's time. */
  get now_ms() {
    return Date.now() + this.skew_ms;
  }

  /** @param {import("../types.js").Summary} summary what the channel's list says */
  update(summary) {
    this.summary = summary;
    this.frame.update(summary, this.now_ms);
    this.compact.update(summary, this.duel?.turn);
    this.#badge();
    this.#layout();
  }

  /**
   * @param {import("../types.js").Duel} duel the whole duel, with the turns after {@link after}
   * @param {number} skew_ms how far the server's clock is ahead of this one
   */
  receive(duel, skew_ms) {
    this.skew_ms = skew_ms;
    rememberSeals(duel);
    this.turns = adopt(this.turns, duel);
    this.duel = duel;
    const names = { first: duel.seats.first.name, second: duel.seats.second.name };
    const flipped = seenFromBehind(duel.board, duel.your_seat);
    const label = t("board.label", { title: duel.title, first: names.first, second: names.second });
    this.board.update(duel.board, { seated: duel.your_seat !== null && !duel.outcome, flipped, label, names });
    attribute(this.frame.table, "data-flipped", flipped);
    for (const seat of SEATS) this.seats[seat].update(duel, this.turns, this.now_ms);
    this.moves.update(this.turns);
    this.controls.update(duel, this.now_ms);
    this.result.update(duel);
    this.complaint.moved(this.place);
    this.update(duel);
  }

  /**
   * The server refuses to show this duel: say so here and ask no more, for the others go on.
   * @param {unknown} error
   * @returns {null}
   */
  failed(error) {
    if (!(error instanceof ApiError)) throw error;
    this.broken = true;
    this.complaint.show(error);
    return null;
  }

  /** Let the clocks go on. */
  tick() {
    if (!this.duel || this.duel.outcome || !this.expanded) return;
    for (const seat of SEATS) this.seats[seat].tick(this.duel, this.turns, this.now_ms);
    this.controls.tick(this.duel, this.now_ms);
  }

  /**
   * @param {boolean} open
   * @param {boolean} asked whether a person wants it so
   */
  expand(open, asked = true) {
    this.expanded = open;
    this.kept = open && asked;
    if (!this.broken) this.complaint.clear();
    this.#layout();
    if (!asked) return;
    this.channel.changed();
    (open ? this.result.close : this.compact.open).focus({ preventScroll: true });
  }

  /**
   * Play a move that was typed elsewhere.
   * @param {string} text
   * @throws {import("../api.js").ApiError | import("../api.js").Offline} for whoever asked to show
   */
  async play(text) {
    this.complaint.clear();
    try {
      await actions.move(/** @type {import("../types.js").Duel} */ (this.duel), text);
    } finally {
      this.channel.changed();
    }
  }

  /** Whether the server would let the person here cancel; nobody may escape a rated result by cancelling. */
  get #mayCancel() {
    const { status, started_by, rated, plies, seats } = this.summary;
    const escapes = rated && plies > 0 && SEATS.some((seat) => seats[seat].you);
    const allowed = this.channel.isMember(started_by) ? !escapes : this.channel.moderates;
    return status !== "over" && allowed;
  }

  #layout() {
    const over = this.summary.outcome !== null;
    show(this.compact.node, over && !(this.expanded && this.duel));
    show(this.frame.body, this.expanded && this.duel !== null);
    show(this.cancel.node, this.#mayCancel);
    show(this.predict, Boolean(this.duel?.takes_stakes));
    attribute(this.node, "data-compact", over && !this.expanded);
  }

  #badge() {
    const yours = this.isYours;
    const state =
      this.summary.status === "over"
        ? this.summary.outcome?.void
          ? "void"
          : "over"
        : yours
          ? "yours"
          : this.summary.status;
    this.frame.state(state, this.duel?.why_adjourned ?? "");
  }

  /**
   * Cells were clicked that stand for a move, or for several.
   * @param {import("../types.js").Choice[]} choices
   */
  async #clicked(choices) {
    if (choices.length > 1) return this.controls.pick(choices);
    await this.controls.play(choices[0].move);
    return this.board.cells.clear();
  }

  /**
   * Run an action; a refusal is shown on the card, and a position that is gone is replaced by the newest.
   * @param {() => Promise<any>} action
   */
  #act = async (action) => {
    this.complaint.clear();
    try {
      await action();
      return true;
    } catch (error) {
      this.complaint.show(error, this.place);
      return false;
    } finally {
      this.channel.changed();
    }
  };
}
