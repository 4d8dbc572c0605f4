/** Choosing who sits on a seat: yourself, whoever is ready, or a name you type. Who is not ready is told by provider. */

import { attribute, el, say, show } from "../dom.js";
import { t } from "../text.js";

const OTHER = "…";

export class PlayerField {
  /** @param {string} id */
  constructor(id) {
    /** @type {import("../types.js").PlayerInfo[]} */
    this.players = [];
    this.label = el("label", { for: id });
    this.about = el("p", { class: "form-help", id: `${id}-about` });
    this.select = el("select", { id, class: "field", "aria-describedby": this.about.id, onchange: this.#changed });
    this.other = el("input", {
      class: "field",
      type: "text",
      placeholder: "openai/gpt-5-mini, engine/stockfish:elo=1500",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": t("dialog.player.name"),
      hidden: true,
    });
    this.node = el("div", { class: "form-field" }, this.label, this.select, this.other, this.about);
  }

  /** The chosen player's name. */
  get value() {
    return this.select.value === OTHER ? this.other.value.trim() : this.select.value;
  }

  /**
   * @param {string} side what the seat is called
   * @param {import("../types.js").PlayerInfo[]} players
   * @param {string} wanted who is chosen unless somebody is
   */
  update(side, players, wanted) {
    this.label.textContent = side;
    this.players = players;
    const kept = this.select.value;
    const ready = players.filter((player) => player.ready).map(({ name }) => name);
    const needs = needed(players.filter((player) => !player.ready));
    this.select.replaceChildren(
      el("option", { value: "me", text: t("dialog.me") }),
      group(t("dialog.ready"), ready, false),
      el("option", { value: OTHER, text: t("dialog.other") }),
      ...(needs.length ? [group(t("dialog.missing"), needs, true)] : []),
    );
    this.select.value = [kept, wanted, ready[0]].find((name) => [OTHER, ...ready].includes(name)) ?? "me";
    this.#changed();
  }

  #changed = () => {
    show(this.other, this.select.value === OTHER);
    say(this.about, this.players.find(({ name }) => name === this.select.value)?.about ?? "");
    attribute(this.select, "title", this.select.value === OTHER ? null : this.select.value);
  };
}

/**
 * @param {string} label
 * @param {string[]} names
 * @param {boolean} disabled
 */
const group = (label, names, disabled) =>
  el("optgroup", { label }, ...names.map((text) => el("option", { value: text, text, disabled })));

/**
 * What must be set or installed, each thing once: most often all players of a provider need the same.
 * @param {import("../types.js").PlayerInfo[]} players who is not ready
 */
function needed(players) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const { name, missing } of players) {
    const common = missing.replace(name, name.split("/", 1)[0]);
    found.set(common, [...(found.get(common) ?? []), missing]);
  }
  return [...found].map(([common, each]) => (each.length > 1 ? common : each[0]));
}
