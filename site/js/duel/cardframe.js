/** The frame of a duel's card: who started it and when, heading, badge, and the places of its parts. */

import { attribute, el, say, show } from "../dom.js";
import * as format from "../format.js";
import { t } from "../text.js";

export class CardFrame {
  /**
   * @param {string} id the duel's
   * @param {Record<"cancel"|"compact"|"board"|"moves"|"controls"|"result", {node: HTMLElement}> &
   *   {predict: HTMLElement, seats: Record<import("../types.js").Seat, {node: HTMLElement}>}} parts
   */
  constructor(id, { cancel, predict, compact, board, moves, controls, result, seats }) {
    this.title = el("h2", { class: "duel-title", id: `duel-${id}` });
    this.badge = el("span", { class: "badge" });
    this.terms = el("span", { class: "duel-terms" });
    this.who = el("b");
    this.time = el("time");
    this.avatar = el("span", { class: "avatar person", "aria-hidden": "true" });
    this.notice = el("p", { class: "notice", hidden: true });
    this.error = el("p", { class: "card-error", role: "alert", hidden: true });
    this.table = el("div", { class: "table" }, seats.second.node, board.node, seats.first.node, moves.node);
    this.body = el("div", { class: "duel-body" }, this.table, this.notice, controls.node, result.node);
    const started = el("span", { class: "started", text: t("duel.started") });
    const head = el("p", { class: "message-head" }, this.who, started, this.time);
    const top = el("div", { class: "duel-top" }, this.title, this.badge, this.terms, predict, cancel.node);
    const card = el("div", { class: "card" }, top, compact.node, this.body, this.error);
    const properties = { class: "message duel", tabindex: "-1", "aria-labelledby": this.title.id, "data-duel": id };
    this.node = el("article", properties, this.avatar, el("div", { class: "message-content" }, head, card));
  }

  /**
   * @param {import("../types.js").Summary} summary
   * @param {number} now_ms
   */
  update(summary, now_ms) {
    const { title, variant, started_by, created_ms, outcome } = summary;
    say(this.title, variant && variant !== "standard" ? `${title} · ${variant}` : title);
    // The badge says so already when it is void.
    say(this.terms, outcome?.void ? "" : t(format.standing(summary)));
    say(this.who, started_by || t("duel.somebody"));
    say(this.avatar, format.initials(started_by || "?"));
    attribute(this.avatar, "data-tint", format.tint(started_by));
    say(this.time, format.when(created_ms, now_ms));
    attribute(this.time, "datetime", new Date(created_ms).toISOString());
  }

  /**
   * @param {string} state `live`, `waiting`, `adjourned`, `over`, `void` or `yours`
   * @param {string} why why it is adjourned, if it is
   */
  state(state, why) {
    say(this.badge, t(`status.${state}`));
    attribute(this.badge, "data-state", state);
    attribute(this.node, "data-state", state);
    show(this.notice, Boolean(why));
    say(this.notice, why ? t("adjourned.why", { why }) : "");
  }
}
