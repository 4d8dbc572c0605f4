/** One seat of a duel: who, whose turn, clock, tokens, cost, failed attempts, and the last words. */

import { attribute, el, keyed, say, show } from "../dom.js";
import * as format from "../format.js";
import { named, t } from "../text.js";
import { spokenBy } from "./turns.js";

export class SeatPanel {
  /** @param {import("../types.js").Seat} seat */
  constructor(seat) {
    this.seat = seat;
    this.avatar = el("span", { class: "avatar", "aria-hidden": "true" });
    this.name = el("b", { class: "seat-name" });
    this.side = el("span", { class: "seat-side" });
    this.score = el("span", { class: "seat-score" });
    this.state = el("span", { class: "seat-state" });
    this.facts = el("ul", { class: "facts" });
    this.words = el("p", { class: "words", dir: "auto" });
    this.attempts = new AttemptList();
    const who = el("div", { class: "seat-who" }, this.name, this.side, this.score);
    const head = el("div", { class: "seat-head" }, this.avatar, who, this.state);
    this.node = el("section", { class: `seat seat-${seat}` }, head, this.words, this.facts, this.attempts.node);
  }

  /**
   * @param {import("../types.js").Duel} duel
   * @param {import("../types.js").TurnInfo[]} turns all of the duel's turns
   * @param {number} now_ms the server's time
   */
  update(duel, turns, now_ms) {
    const info = duel.seats[this.seat];
    say(this.avatar, format.initials(info.name));
    say(this.name, info.name);
    say(this.side, [info.side, info.you ? t("seat.you") : "", info.mode].filter(Boolean).join(" · "));
    say(this.score, duel.score?.[this.seat] ?? "");
    attribute(this.node, "aria-label", `${info.side}: ${info.name}`);
    attribute(this.node, "data-turn", duel.to_move.includes(this.seat));
    attribute(this.node, "data-won", duel.outcome?.winner === this.seat);
    this.#speak(spokenBy(duel, turns, this.seat));
    this.tick(duel, turns, now_ms);
  }

  /**
   * What changes by itself as time goes by.
   * @param {import("../types.js").Duel} duel
   * @param {import("../types.js").TurnInfo[]} turns
   * @param {number} now_ms
   */
  tick(duel, turns, now_ms) {
    say(this.state, this.#doing(duel, now_ms - (turns.at(-1)?.at_ms ?? duel.created_ms)));
    attribute(this.state, "data-thinking", duel.thinking.includes(this.seat));
    const facts = factsOf(duel.totals[this.seat], duel.seats[this.seat].human);
    keyed(
      this.facts,
      facts,
      ([name]) => name,
      ([name]) => el("li", { class: `fact fact-${name}` }),
      (node, [, shown, label]) => {
        say(node, shown);
        attribute(node, "title", label);
      },
    );
  }

  /**
   * @param {import("../types.js").Duel} duel
   * @param {number} since_ms
   */
  #doing(duel, since_ms) {
    if (duel.outcome) return duel.outcome.winner === this.seat ? t("seat.winner") : "";
    if (duel.thinking.includes(this.seat)) return t("seat.thinking", { time: format.duration(Math.max(0, since_ms)) });
    if (duel.sealed[this.seat]) return t("seat.sealed");
    if (!duel.to_move.includes(this.seat)) return "";
    return duel.seats[this.seat].you ? t("seat.yours") : t("seat.moves");
  }

  /** @param {import("../types.js").Spoken[]} spoken */
  #speak(spoken) {
    const words = spoken.findLast((said) => said.words)?.words ?? "";
    say(this.words, words);
    show(this.words, Boolean(words));
    this.attempts.update(spoken.flatMap((said) => said.attempts));
  }
}

/** Failed attempts: how many, and on a click what was said and why it was refused. */
export class AttemptList {
  constructor() {
    this.summary = el("summary");
    this.list = el("ul", { class: "attempts" });
    this.node = el("details", { class: "failed" }, this.summary, this.list);
  }

  /** @param {import("../types.js").Attempt[]} attempts */
  update(attempts) {
    show(this.node, attempts.length > 0);
    say(this.summary, t("failed", { n: attempts.length }));
    keyed(this.list, attempts, (_, index) => String(index), attemptItem);
  }
}

/** @param {import("../types.js").Attempt} attempt */
function attemptItem(attempt) {
  const kind = el("span", { class: "failure", text: named(`failure.${attempt.failure}`, attempt.failure) });
  const said = el("q", { class: "said", dir: "auto", text: attempt.said || "…" });
  return el("li", {}, kind, said, el("span", { class: "why", text: attempt.why }));
}

/**
 * @param {import("../types.js").Totals} totals
 * @param {boolean} human
 * @returns {string[][]} name, text, explanation
 */
function factsOf(totals, human) {
  const facts = [["clock", format.duration(totals.used_ms), t("fact.clock")]];
  if (totals.left_ms !== null)
    facts.push(["left", t("fact.left.short", { time: format.duration(totals.left_ms) }), t("fact.left")]);
  if (human) return facts;
  const tokens = t("fact.tokens.short", { in: format.count(totals.tokens_in), out: format.count(totals.tokens_out) });
  if (totals.tokens_in || totals.tokens_out)
    facts.push(["tokens", tokens, t("fact.tokens")], ["cost", format.cost(totals.cost_usd), t("fact.cost")]);
  return facts;
}
