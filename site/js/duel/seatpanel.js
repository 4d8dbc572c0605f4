/** One seat of a duel: who, whose turn, clock, tokens, cost, failed attempts, and the last words. */

import { attribute, el, keyed, say, show } from "../dom.js";
import * as format from "../format.js";
import { kindOf, portray } from "../portrait.js";
import { named, t } from "../text.js";
import { spokenBy } from "./turns.js";

/** A clock with more than this left says nothing that matters. */
const AMPLE_MS = 6 * 3_600_000;

/** A model that runs in the server's own process is loaded when it is first asked, which takes its time. */
const LOADING_MS = 5000;

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
    portray(this.avatar, info);
    say(this.name, info.name);
    attribute(this.name, "title", info.name);
    say(this.side, [format.side(info.side), info.you ? t("seat.you") : "", modeOf(info)].filter(Boolean).join(" · "));
    say(this.score, duel.score?.[this.seat] ?? "");
    attribute(this.node, "aria-label", `${format.side(info.side)}: ${info.name}`);
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
    const facts = factsOf(duel, this.seat, now_ms);
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
    if (duel.thinking.includes(this.seat)) {
      const thinking = t("seat.thinking", { time: format.duration(Math.max(0, since_ms)) });
      return since_ms > LOADING_MS && isLoading(duel, this.seat) ? `${thinking} ${t("seat.loading")}` : thinking;
    }
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
 * How a model answers, in words; nothing for people and engines.
 * @param {import("../types.js").SeatInfo} info
 */
const modeOf = ({ mode }) => (mode ? named(`mode.${mode}`, mode) : "");

/**
 * @param {import("../types.js").Duel} duel
 * @param {import("../types.js").Seat} seat
 */
const isLoading = (duel, seat) => duel.seats[seat].player.startsWith("local/") && !duel.totals[seat].tokens_in;

/**
 * How long a person may still take for this move; `null` when no clock runs, or when there is plenty.
 * @param {import("../types.js").Duel} duel
 * @param {number} now_ms
 */
export function clockLeft({ deadline_ms, outcome }, now_ms) {
  if (deadline_ms === null || outcome || deadline_ms - now_ms > AMPLE_MS) return null;
  return format.duration(deadline_ms - now_ms);
}

/**
 * @param {import("../types.js").Duel} duel
 * @param {import("../types.js").Seat} seat
 * @param {number} now_ms
 * @returns {string[][]} name, text, explanation
 */
function factsOf(duel, seat, now_ms) {
  const info = duel.seats[seat];
  const { used_ms, tokens_in, tokens_out, cost_usd } = duel.totals[seat];
  const facts = [["clock", format.duration(used_ms), t("fact.clock")]];
  const left = clockLeft(duel, now_ms);
  if (left !== null && info.human && duel.to_move.includes(seat) && !duel.sealed[seat])
    facts.push(["left", t("fact.left.short", { time: left }), t("fact.left")]);
  if (kindOf(info) !== "model" || !(tokens_in || tokens_out)) return facts;
  const tokens = t("fact.tokens.short", { in: format.count(tokens_in), out: format.count(tokens_out) });
  return [...facts, ["tokens", tokens, t("fact.tokens")], ["cost", format.cost(cost_usd), t("fact.cost")]];
}
