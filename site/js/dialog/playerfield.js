/** Choosing who sits on a seat: yourself, whoever is ready, or a name you type. Who is not ready is shown with why. */

import { el, show } from "../dom.js";
import { t } from "../text.js";

const OTHER = "…";

export class PlayerField {
  /** @param {string} id */
  constructor(id) {
    this.label = el("label", { for: id });
    this.select = el("select", { id, class: "field", onchange: this.#changed });
    this.other = el("input", {
      class: "field",
      type: "text",
      placeholder: "openai/gpt-5-mini, engine/stockfish:elo=1500",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": t("dialog.player.name"),
      hidden: true,
    });
    this.node = el("div", { class: "form-field" }, this.label, this.select, this.other);
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
    const kept = this.select.value;
    const ready = players.filter((player) => player.ready);
    const missing = players.filter((player) => !player.ready);
    const options = ready.map(({ name, about }) =>
      el("option", { value: name, text: about ? `${name} – ${about}` : name }),
    );
    const groups = [
      el("option", { value: "me", text: t("dialog.me") }),
      el("optgroup", { label: t("dialog.ready") }, ...options),
    ];
    if (missing.length)
      groups.push(
        el(
          "optgroup",
          { label: t("dialog.missing") },
          ...missing.map(({ name, missing: what }) =>
            el("option", { value: name, disabled: true, text: `${name} – ${what}` }),
          ),
        ),
      );
    this.select.replaceChildren(...groups, el("option", { value: OTHER, text: t("dialog.other") }));
    const usable = [kept, wanted, ready[0]?.name].find(
      (name) => name && [...this.select.options].some((option) => option.value === name && !option.disabled),
    );
    this.select.value = usable ?? "me";
    this.#changed();
  }

  #changed = () => show(this.other, this.select.value === OTHER);
}
