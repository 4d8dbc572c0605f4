/** How a duel ended, and what to do next: replay, rematch, export. */

import * as actions from "../actions.js";
import * as api from "../api.js";
import { attribute, el, say, show } from "../dom.js";
import * as format from "../format.js";
import { named, t } from "../text.js";

/** The formats that every game has. */
export const FORMATS = ["json", "markdown"];

export class ResultBar {
  /**
   * @param {(action: () => Promise<any>) => Promise<boolean>} act
   * @param {() => void} close
   * @param {(game: string) => string[]} formats what a game can be exported as
   */
  constructor(act, close, formats) {
    /** @type {import("../types.js").Summary|null} */
    this.duel = null;
    this.verdict = el("b", { class: "verdict" });
    this.reason = el("span", { class: "verdict-why" });
    this.replay = el("a", { class: "button small", text: t("duel.replay") });
    const again = () => this.duel && act(() => actions.rematch(/** @type {any} */ (this.duel)));
    this.rematch = el("button", {
      class: "button small",
      type: "button",
      text: t("duel.rematch"),
      title: t("duel.rematch.help"),
      onclick: again,
    });
    this.exports = new ExportLinks(formats);
    this.close = el("button", {
      class: "button quiet small",
      type: "button",
      "aria-expanded": "true",
      text: t("duel.close"),
      onclick: close,
    });
    const row = el("div", { class: "control-row" }, this.replay, this.rematch, this.exports.node, this.close);
    this.node = el("div", { class: "result", hidden: true }, el("p", {}, this.verdict, this.reason), row);
  }

  /** @param {import("../types.js").Summary} duel */
  update(duel) {
    this.duel = duel;
    show(this.node, duel.outcome !== null);
    if (!duel.outcome) return;
    say(this.verdict, format.verdict(duel));
    say(this.reason, format.reason(duel.outcome));
    attribute(this.replay, "href", api.replayPath(duel.id));
    this.exports.update(duel);
  }
}

/** Links that download a duel. */
export class ExportLinks {
  /** @param {(game: string) => string[]} formats */
  constructor(formats) {
    this.formats = formats;
    this.node = el("span", { class: "exports" }, el("span", { text: t("duel.export") }));
    this.shown = "";
  }

  /** @param {import("../types.js").Summary} duel */
  update(duel) {
    if (this.shown === duel.id) return;
    this.shown = duel.id;
    const links = this.formats(duel.game).map((name) =>
      el("a", { href: api.exportPath(duel.id, name), download: "", text: named(`export.${name}`, name.toUpperCase()) }),
    );
    this.node.replaceChildren(/** @type {Node} */ (this.node.firstChild), ...links);
  }
}
