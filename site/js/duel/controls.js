/** How somebody with a seat plays: buttons, a line to type on, a picker for ambiguous clicks, offers, giving up. */

import * as actions from "../actions.js";
import { buttons } from "../board/choices.js";
import { attribute, el, keyed, say, show } from "../dom.js";
import { t } from "../text.js";
import { Autoplay } from "./autoplay.js";
import { Confirm } from "./confirm.js";
import { Offers } from "./offers.js";
import { clockLeft } from "./seatpanel.js";

export class Controls {
  /** @param {(action: () => Promise<any>) => Promise<boolean>} act runs an action and shows what went wrong */
  constructor(act) {
    this.act = act;
    /** @type {import("../types.js").Duel|null} */
    this.duel = null;
    this.prompt = el("p", { class: "prompt" });
    this.choices = el("div", { class: "choices", role: "group", "aria-label": t("play.choices") });
    this.picker = el("div", { class: "choices picker", role: "group", "aria-label": t("play.which"), hidden: true });
    this.input = el("input", {
      class: "field",
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      maxlength: "200",
      enterkeyhint: "send",
    });
    const send = el("button", { class: "button small", text: t("play.send") });
    this.form = el("form", { class: "type-move", onsubmit: this.#typed }, this.input, send);
    this.offers = new Offers(act);
    this.autoplay = new Autoplay(act);
    this.draw = el("button", {
      class: "button quiet small",
      type: "button",
      text: t("play.draw"),
      onclick: () => this.#offer("draw", "offer"),
    });
    this.back = el("button", {
      class: "button quiet small",
      type: "button",
      text: t("play.takeback"),
      onclick: () => this.#offer("takeback", "ask"),
    });
    this.giveUp = new Confirm(
      { label: t("play.resign"), sure: t("play.resign.sure"), yes: t("play.resign.yes"), no: t("play.resign.no") },
      this.#resign,
    );
    const row = el("div", { class: "control-row" }, this.draw, this.back, this.autoplay.node, this.giveUp.node);
    this.node = el(
      "div",
      { class: "controls" },
      this.prompt,
      this.picker,
      this.choices,
      this.form,
      this.offers.node,
      row,
    );
  }

  /**
   * @param {import("../types.js").Duel} duel
   * @param {number} now_ms
   */
  update(duel, now_ms) {
    const moved = this.duel?.position_entry !== duel.position_entry;
    this.duel = duel;
    const seat = duel.your_seat;
    show(this.node, seat !== null && !duel.outcome);
    if (!seat || duel.outcome) return;
    const mine = duel.your_move;
    if (moved || !mine) show(this.picker, false);
    show(this.form, mine);
    show(this.choices, mine);
    if (mine)
      keyed(
        this.choices,
        buttons(duel.board.choices),
        ({ move }) => move,
        this.#button,
        (node, { label }) => say(node, label),
      );
    const label = duel.board.choices.length ? t("play.type") : t("play.type.open");
    attribute(this.input, "placeholder", label);
    attribute(this.input, "aria-label", label);
    this.#offers(duel, seat);
    this.tick(duel, now_ms);
  }

  /**
   * @param {import("../types.js").Duel} duel
   * @param {number} now_ms
   */
  tick(duel, now_ms) {
    if (!duel.your_seat || duel.outcome) return;
    const left = duel.your_move ? clockLeft(duel, now_ms) : null;
    const clock = left === null ? "" : ` · ${t("play.left", { time: left })}`;
    say(this.prompt, promptFor(duel, duel.your_seat) + clock);
    attribute(this.prompt, "data-mine", duel.your_move);
  }

  /**
   * Several moves share the cells that were clicked: ask which.
   * @param {import("../types.js").Choice[]} choices
   */
  pick(choices) {
    keyed(
      this.picker,
      choices,
      ({ move }) => move,
      this.#button,
      (node, { label }) => say(node, label),
    );
    show(this.picker, true);
    /** @type {HTMLElement} */ (this.picker.firstElementChild).focus();
  }

  /** @param {string} text */
  play = async (text) => {
    show(this.picker, false);
    const duel = this.duel;
    if (!duel) return false;
    const played = await this.act(() => actions.move(duel, text));
    if (played) this.input.value = "";
    return played;
  };

  /** @param {import("../types.js").Choice} choice */
  #button = (choice) => {
    const play = () => this.play(choice.move);
    return el("button", { class: "button choice", type: "button", text: choice.label, onclick: play });
  };

  /** @param {SubmitEvent} event */
  #typed = (event) => {
    event.preventDefault();
    const text = this.input.value.trim();
    if (text) this.play(text);
  };

  /**
   * @param {import("../types.js").Duel} duel
   * @param {import("../types.js").Seat} seat
   */
  #offers(duel, seat) {
    const other = duel.seats[seat === "first" ? "second" : "first"];
    show(this.draw, other.human && !duel.draw_offer);
    show(this.back, !duel.rated && duel.turn > 0 && !duel.takeback_offer);
    this.offers.update(duel, seat);
    this.autoplay.duel = duel;
  }

  /**
   * @param {string} verb
   * @param {string} answer
   */
  #offer(verb, answer) {
    const duel = this.duel;
    if (duel) this.act(() => actions.offer(duel, verb, answer));
  }

  #resign = async () => {
    const duel = this.duel;
    if (duel) await this.act(() => actions.resign(duel));
  };
}

/**
 * @param {import("../types.js").Duel} duel
 * @param {import("../types.js").Seat} seat
 */
function promptFor(duel, seat) {
  if (duel.your_move) return t("play.yours");
  if (duel.sealed[seat]) return t("play.sealed");
  return t("play.theirs", { name: duel.seats[seat === "first" ? "second" : "first"].name });
}
