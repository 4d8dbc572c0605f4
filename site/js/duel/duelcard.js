/** A duel in the channel: a message of who started it, with the live board, both seats, and its controls. */

import * as actions from "../actions.js";
import { ApiError, Offline } from "../api.js";
import { BoardView, seenFromBehind } from "../board/board.js";
import { attribute, el, say, SEATS, show } from "../dom.js";
import * as format from "../format.js";
import { t } from "../text.js";
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
   * @param {{changed: () => void, formats: (game: string) => string[], isMember: (name: string) => boolean}} channel
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
    this.#build();
    this.update(summary);
  }

  #build() {
    this.badge = el("span", { class: "badge" });
    this.title = el("h2", { class: "duel-title", id: `duel-${this.summary.id}` });
    this.terms = el("span", { class: "duel-terms" });
    this.stop = new Confirm({ label: t("duel.stop"), sure: t("duel.stop.sure"), yes: t("duel.stop.yes"), no: t("duel.stop.no") },
      () => this.#act(() => actions.cancel(this.summary)));
    this.compact = new CompactLine(() => this.expand(true));
    this.board = new BoardView((choices) => (choices.length === 1 ? this.#click(choices[0]) : this.controls?.pick(choices)));
    this.seats = { first: new SeatPanel("first"), second: new SeatPanel("second") };
    this.moves = new MoveList();
    this.controls = new Controls(this.#act);
    this.result = new ResultBar(this.#act, () => this.expand(false), this.channel.formats);
    this.error = el("p", { class: "card-error", role: "alert", hidden: true });
    const top = el("div", { class: "duel-top" }, this.title, this.badge, this.terms, this.stop.node);
    this.table = el("div", { class: "table" }, this.seats.second.node, this.board.node, this.seats.first.node, this.moves.node);
    this.body = el("div", { class: "duel-body" }, this.table, this.controls.node, this.result.node);
    this.who = el("b");
    this.time = el("time");
    const started = el("span", { class: "started", text: t("duel.started") });
    this.avatar = el("span", { class: "avatar person", "aria-hidden": "true" });
    const content = el("div", { class: "message-content" }, el("p", { class: "message-head" }, this.who, started, this.time),
      el("div", { class: "card" }, top, this.compact.node, this.body, this.error));
    this.node = el("article", { class: "message duel", tabindex: "-1", "aria-labelledby": this.title.id, "data-duel": this.summary.id }, this.avatar, content);
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

  /** The server's time. */
  get now_ms() {
    return Date.now() + this.skew_ms;
  }

  /** @param {import("../types.js").Summary} summary what the channel's list says */
  update(summary) {
    this.summary = summary;
    const game = summary.variant && summary.variant !== "standard" ? `${summary.title} · ${summary.variant}` : summary.title;
    say(this.title, game);
    say(this.terms, summary.rated ? t("duel.rated") : t("duel.casual"));
    say(this.who, summary.started_by || t("duel.somebody"));
    say(this.avatar, format.initials(summary.started_by || "?"));
    attribute(this.avatar, "data-tint", format.tint(summary.started_by));
    say(this.time, format.when(summary.created_ms, this.now_ms));
    attribute(this.time, "datetime", new Date(summary.created_ms).toISOString());
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
    attribute(this.table, "data-flipped", flipped);
    for (const seat of SEATS) this.seats[seat].update(duel, this.turns, this.now_ms);
    this.moves.update(this.turns);
    this.controls.update(duel, this.now_ms);
    this.result.update(duel);
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
    this.#complain(error);
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
    this.#layout();
    if (!asked) return;
    this.channel.changed();
    (open ? this.result.close : this.compact.open).focus({ preventScroll: true });
  }

  /** @param {string} text a typed move */
  play = (text) => this.controls.play(text);

  #layout() {
    const over = this.summary.outcome !== null;
    show(this.compact.node, over && !(this.expanded && this.duel));
    show(this.body, this.expanded && this.duel !== null);
    show(this.stop.node, this.summary.status !== "over" && this.channel.isMember(this.summary.started_by));
    attribute(this.node, "data-compact", over && !this.expanded);
  }

  #badge() {
    const yours = this.isYours;
    const state = this.summary.status === "over" ? (this.summary.outcome?.void ? "void" : "over") : yours ? "yours" : this.summary.status;
    say(this.badge, t(`status.${state}`));
    attribute(this.badge, "data-state", state);
    attribute(this.node, "data-state", state);
  }

  /** @param {import("../types.js").Choice} choice */
  #click = async (choice) => {
    await this.controls.play(choice.move);
    this.board.cells.clear();
  };

  /**
   * Run an action; a refusal is shown on the card, and a position that is gone is replaced by the newest.
   * @param {() => Promise<any>} action
   */
  #act = async (action) => {
    show(this.error, false);
    try {
      await action();
      return true;
    } catch (error) {
      this.#complain(error);
      return false;
    } finally {
      this.channel.changed();
    }
  };

  /** @param {unknown} error */
  #complain(error) {
    if (error instanceof ApiError) say(this.error, error.isStale ? `${error.message} ${t("error.stale")}` : error.message);
    else if (error instanceof Offline) say(this.error, t("error.offline"));
    else throw error;
    show(this.error, true);
  }
}
