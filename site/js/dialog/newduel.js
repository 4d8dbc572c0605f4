/** The form behind “New duel”: everything `/duel start` can be told, for those who would rather click. */

import { ApiError, players, requestId, run } from "../api.js";
import { sentence } from "../complaint.js";
import { byId, el, say, show } from "../dom.js";
import * as format from "../format.js";
import { t } from "../text.js";
import { field, isAdvanced } from "./fields.js";
import { PlayerField } from "./playerfield.js";

export class NewDuelDialog {
  /**
   * @param {{games: import("../types.js").Game[], commands: import("../types.js").Command[],
   *   started: (reply: import("../types.js").Reply, asked: string) => void}} around
   */
  constructor(around) {
    this.around = around;
    this.dialog = byId("new-duel");
    this.form = byId("new-duel-form");
    this.error = byId("new-duel-error");
    this.games = byId("new-duel-games");
    this.about = byId("new-duel-about");
    this.seats = { first: new PlayerField("seat-first"), second: new PlayerField("seat-second") };
    byId("new-duel-seats").append(this.seats.first.node, this.seats.second.node);
    this.settings = byId("new-duel-settings");
    this.terms = byId("new-duel-terms");
    /** @type {import("./fields.js").Field[]} */
    this.termFields = [];
    /** @type {import("./fields.js").Field[]} */
    this.settingFields = [];
    this.request = requestId();
    this.#build();
  }

  /** The verb that starts a duel. */
  get verb() {
    return this.around.commands.find(({ name }) => name === "duel")?.verbs.find(({ name }) => name === "start");
  }

  #build() {
    const radios = this.around.games.map((game) =>
      el(
        "label",
        { class: "chip" },
        el("input", { type: "radio", name: "game", value: game.name, onchange: () => this.#choose(game) }),
        el("span", { text: game.title }),
      ),
    );
    this.games.append(...radios);
    const options = (this.verb?.options ?? []).filter((option) => !option.positional && option.name !== "settings");
    this.termFields = options.map(field);
    this.form.addEventListener("submit", this.#submit);
    byId("new-duel-cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener(
      "click",
      (/** @type {Event} */ event) => event.target === this.dialog && this.dialog.close(),
    );
  }

  /** @param {string} [name] the game to begin with */
  open(name) {
    const game = this.around.games.find((known) => known.name === name) ?? this.around.games[0];
    this.request = requestId();
    show(this.error, false);
    const radio = this.games.querySelector(`input[value="${game.name}"]`);
    radio.checked = true;
    this.dialog.showModal();
    radio.focus();
    return this.#choose(game);
  }

  /** @param {import("../types.js").Game} game */
  async #choose(game) {
    say(this.about, game.summary);
    this.settingFields = game.options.map(field);
    const [usual, advanced] = [false, true].map((wanted) =>
      this.settingFields.filter((_, index) => isAdvanced(game.options[index]) === wanted).map(({ node }) => node),
    );
    this.settings.replaceChildren(...usual);
    this.terms.replaceChildren(...advanced, ...this.termFields.map(({ node }) => node));
    show(this.settings.parentElement, usual.length > 0);
    const known = await players(game.name).catch(() => []);
    if (this.form.elements.game.value !== game.name) return;
    const preferred = known.filter(({ ready }) => ready).map(({ name }) => name);
    const own = game.engines.map((engine) => `engine/${engine}`);
    this.seats.first.update(
      format.side(game.seats.first),
      known,
      preferred.find((name) => !name.startsWith("engine/")) ?? "me",
    );
    this.seats.second.update(format.side(game.seats.second), known, own[0]);
  }

  /** @param {SubmitEvent} event */
  #submit = async (event) => {
    event.preventDefault();
    show(this.error, false);
    const settings = filled(this.settingFields)
      .map(([name, value]) => `${name}:${/\s/.test(value) ? `"${value}"` : value}`)
      .join(" ");
    const options = {
      ...Object.fromEntries(filled(this.termFields)),
      game: this.form.elements.game.value,
      first: this.seats.first.value,
      second: this.seats.second.value,
      ...(settings ? { settings } : {}),
    };
    try {
      const reply = await run("duel", "start", options, this.request);
      this.dialog.close();
      this.around.started(reply, "/duel start");
    } catch (error) {
      this.#complain(error);
    }
  };

  /** @param {unknown} error */
  #complain(error) {
    say(this.error, sentence(error, "error.offline.kept"));
    // The next try is a new request: what was refused must not be recognised as done.
    if (error instanceof ApiError) this.request = requestId();
    show(this.error, true);
  }
}

/**
 * @param {import("./fields.js").Field[]} fields
 * @returns {string[][]}
 */
const filled = (fields) => fields.map(({ name, value }) => [name, value()]).filter(([, value]) => value !== "");
