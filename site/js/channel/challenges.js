/** Open challenges by and to the person here, above the line at the bottom: accept, decline, withdraw. */

import * as api from "../api.js";
import { commandButton } from "../commandbuttons.js";
import { Complaint } from "../complaint.js";
import { byId, el, keyed, say, show } from "../dom.js";
import * as format from "../format.js";
import { t } from "../text.js";

export class Challenges {
  /**
   * @param {{answered: (reply: import("../types.js").Reply, asked: string) => void, changed: () => void,
   *   announcer: import("./announcer.js").LiveAnnouncer}} around
   */
  constructor(around) {
    this.around = around;
    this.node = byId("challenges");
    this.list = el("ul", {});
    this.error = el("p", { class: "form-error", role: "alert", hidden: true });
    this.node.append(this.list, this.error);
    this.complaint = new Complaint(this.error, "error.offline");
    /** @type {import("../types.js").Challenge[]} */
    this.open = [];
  }

  refresh = async () => {
    const before = new Set(this.open.map(({ id }) => id));
    this.open = await api.challenges();
    for (const one of this.open.filter(({ id, mine }) => !mine && !before.has(id)))
      this.around.announcer.say(one.id, sentenceOf(one), true);
    keyed(
      this.list,
      this.open,
      ({ id }) => id,
      (one) => this.#item(one),
      (node, one) => say(/** @type {Element} */ (node.firstElementChild), sentenceOf(one)),
    );
    show(this.node, this.open.length > 0 || !this.error.hidden);
  };

  /** @param {import("../types.js").Challenge} one */
  #item(one) {
    const buttons = one.buttons.map((button) =>
      commandButton(button, (reply) => this.around.answered(reply, `/${button.command} ${button.verb}`), this.#act),
    );
    const until = t("challenge.until", { time: format.timeOfDay(one.expires_ms) });
    return el(
      "li",
      { class: "challenge" },
      el("span", { class: "challenge-text" }),
      ...(one.price ? [el("span", { class: "challenge-until", text: one.price })] : []),
      el("span", { class: "challenge-until", text: until }),
      el("span", { class: "control-row" }, ...buttons),
    );
  }

  /** @param {() => Promise<any>} action */
  #act = async (action) => {
    this.complaint.clear();
    try {
      await action();
    } catch (error) {
      this.complaint.show(error);
    } finally {
      this.around.changed();
    }
  };
}

/** @param {import("../types.js").Challenge} one */
function sentenceOf(one) {
  const game = one.variant && one.variant !== "standard" ? `${one.title} (${one.variant})` : one.title;
  return one.mine
    ? t("challenge.mine", { name: one.to, game })
    : t("challenge.theirs", { name: one.from, game, side: format.side(one.side) });
}
