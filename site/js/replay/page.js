/** The replay page: the board at any turn, and beside it what was said. */

import * as api from "../api.js";
import { BoardView, seenFromBehind } from "../board/board.js";
import { Poller } from "../channel/poller.js";
import { attribute, byId, el, say, SEATS, show } from "../dom.js";
import { ExportLinks, FORMATS } from "../duel/result.js";
import { adopt, isSimultaneous, movesOf } from "../duel/turns.js";
import * as format from "../format.js";
import { kindOf, portray } from "../portrait.js";
import { t } from "../text.js";
import { Player } from "./player.js";
import { Transcript } from "./transcript.js";

const AHEAD = 3;

export class ReplayPage {
  /**
   * @param {string} id
   * @param {number|null} turn where to begin; `null` is the end
   * @param {import("../types.js").Game[]} games
   * @param {typeof import("../channel/poller.js").OFTEN} pace
   */
  constructor(id, turn, games, pace) {
    this.id = id;
    this.begin = turn;
    this.etag = "";
    /** @type {import("../types.js").Duel|null} */
    this.duel = null;
    /** @type {import("../types.js").TurnInfo[]} */
    this.turns = [];
    /** @type {Map<number, Promise<import("../types.js").Board>>} */
    this.boards = new Map();
    this.view = new BoardView();
    byId("board").append(this.view.node);
    this.exports = new ExportLinks((name) => [
      ...(games.find((game) => game.name === name)?.exports ?? []),
      ...FORMATS,
    ]);
    byId("exports").append(this.exports.node);
    this.player = new Player(() => this.#show());
    this.transcript = new Transcript(byId("transcript"), (to) => this.player.go(to));
    this.flipped = false;
    this.#listen();
    this.poller = new Poller(
      this.load,
      () => this.duel?.status === "live",
      (online, why) => this.#connection(online, why),
      pace,
    );
    this.poller.now();
  }

  /** Ask for the duel's newest turns. */
  load = async () => {
    if (this.duel?.status === "over") return;
    const answer = await api.duel(this.id, this.duel?.entry ?? -1, this.etag);
    if (!answer) return;
    const first = this.duel === null;
    this.etag = answer.etag;
    this.turns = adopt(this.turns, answer.duel);
    this.duel = answer.duel;
    if (first) this.flipped = seenFromBehind(answer.duel.board, answer.duel.your_seat);
    this.#heading(answer.duel);
    this.transcript.update(answer.duel, this.turns);
    this.player.extend(this.turns.length);
    if (first) this.player.go(this.begin ?? this.turns.length);
    this.#show();
  };

  #listen() {
    byId("slider").addEventListener("input", (/** @type {Event} */ event) =>
      this.player.go(Number(/** @type {HTMLInputElement} */ (event.target).value)),
    );
    const jumps = {
      "go-start": () => 0,
      "go-back": () => this.player.turn - 1,
      "go-on": () => this.player.turn + 1,
      "go-end": () => this.player.last,
    };
    for (const [id, to] of Object.entries(jumps)) byId(id).addEventListener("click", () => this.player.go(to()));
    byId("play").addEventListener("click", () => this.player.toggle());
    byId("speed").addEventListener("change", (/** @type {Event} */ event) =>
      this.player.speed(Number(/** @type {HTMLSelectElement} */ (event.target).value)),
    );
    byId("flip").addEventListener("click", () => {
      this.flipped = !this.flipped;
      this.#show();
    });
    byId("copy").addEventListener("click", () => this.#copy());
    addEventListener("keydown", this.#key);
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const target = /** @type {Element} */ (event.target);
    const busy =
      target.matches("select, input:not(#slider), textarea") ||
      (event.key === " " && target.matches("button, summary, a"));
    if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
    const { player } = this;
    if (event.key === "ArrowLeft") player.go(player.turn - 1);
    else if (event.key === "ArrowRight") player.go(player.turn + 1);
    else if (event.key === "Home") player.go(0);
    else if (event.key === "End") player.go(player.last);
    else if (event.key === " ") player.toggle();
    else return;
    event.preventDefault();
  };

  /** @param {import("../types.js").Duel} duel */
  #heading(duel) {
    const names = SEATS.map((seat) => duel.seats[seat].name).join(" – ");
    document.title = `${names} · ${duel.title} · LLM Duel Arena`;
    say(byId("replay-title"), names);
    const kind = [
      duel.title,
      duel.variant === "standard" ? "" : duel.variant,
      t(format.standing(duel)),
      format.when(duel.created_ms, Date.now()),
    ];
    say(byId("replay-kind"), kind.filter(Boolean).join(" · "));
    const result = duel.outcome
      ? `${format.score(duel.outcome)} · ${format.verdict(duel)} · ${format.reason(duel.outcome)}`
      : t(`status.${duel.status}`);
    say(byId("replay-result"), result);
    say(byId("replay-seed"), duel.seed === null ? "" : t("replay.seed", { seed: duel.seed }));
    byId("totals").replaceChildren(...SEATS.map((seat) => totals(duel, seat)));
    this.exports.update(duel);
    show(byId("replay"), true);
  }

  async #show() {
    const { player, duel } = this;
    if (!duel) return;
    const slider = byId("slider");
    attribute(slider, "max", player.last);
    slider.value = String(player.turn);
    const turn = this.turns[player.turn - 1];
    const unit = isSimultaneous(duel) ? "turn" : "ply";
    const where = turn
      ? t(`replay.at.${unit}`, { at: player.turn, last: player.last, move: movesOf(turn) })
      : t(`replay.start.${unit}`, { last: player.last });
    say(byId("where"), where);
    attribute(slider, "aria-valuetext", where);
    // A screen reader should not have to keep pace with a replay that runs by itself.
    attribute(byId("where"), "aria-live", player.playing ? "off" : "polite");
    attribute(byId("play"), "data-playing", player.playing);
    attribute(byId("play"), "aria-label", t(player.playing ? "replay.pause" : "replay.play"));
    this.transcript.mark(player.turn);
    history.replaceState(null, "", api.replayPath(this.id, player.turn));
    await this.#draw(player.turn, duel).catch((error) =>
      this.#connection(false, error instanceof api.ApiError ? error.message : undefined),
    );
  }

  /**
   * @param {number} turn
   * @param {import("../types.js").Duel} duel
   */
  async #draw(turn, duel) {
    const board = await this.#board(turn);
    if (turn !== this.player.turn) return;
    const names = { first: duel.seats.first.name, second: duel.seats.second.name };
    this.view.update(board, {
      seated: false,
      flipped: this.flipped,
      label: t("board.label", { title: duel.title, ...names }),
      names,
    });
    show(
      byId("flip"),
      board.cells.some((cell) => cell.shade === "dark"),
    );
    for (let next = turn + 1; next <= Math.min(turn + AHEAD, this.player.last); next += 1) this.#board(next);
  }

  /** @param {number} turn */
  #board(turn) {
    const known = this.boards.get(turn) ?? api.board(this.id, turn);
    this.boards.set(turn, known);
    known.catch(() => this.boards.delete(turn));
    return known;
  }

  async #copy() {
    const link = new URL(api.replayPath(this.id, this.player.turn), location.href).href;
    const copied = await navigator.clipboard?.writeText(link).then(
      () => true,
      () => false,
    );
    say(byId("copied"), copied ? t("replay.copied") : link);
    show(byId("copied"), true);
  }

  /**
   * @param {boolean} online
   * @param {string} [why]
   */
  #connection(online, why) {
    say(byId("connection"), online ? "" : (why ?? t("error.connection")));
    show(byId("connection"), !online);
  }
}

/**
 * @param {import("../types.js").Duel} duel
 * @param {import("../types.js").Seat} seat
 */
function totals(duel, seat) {
  const { used_ms, tokens_in, tokens_out, cost_usd, failed_attempts } = duel.totals[seat];
  const facts = [format.duration(used_ms)];
  if (kindOf(duel.seats[seat]) === "model" && (tokens_in || tokens_out))
    facts.push(
      t("fact.tokens.short", { in: format.count(tokens_in), out: format.count(tokens_out) }),
      format.cost(cost_usd),
    );
  if (failed_attempts) facts.push(t("failed", { n: failed_attempts }));
  const { name, side } = duel.seats[seat];
  const avatar = el("span", { class: "avatar", "aria-hidden": "true" });
  portray(avatar, duel.seats[seat]);
  return el(
    "li",
    { class: `total seat-${seat}`, "data-won": duel.outcome?.winner === seat },
    avatar,
    el("b", { text: name }),
    el("span", { class: "seat-side", text: format.side(side) }),
    el("span", { class: "total-facts", text: facts.join(" · ") }),
  );
}
