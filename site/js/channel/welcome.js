/** What a newcomer sees in an empty channel: what this is, and buttons that start something. */

import { players } from "../api.js";
import { el } from "../dom.js";
import { t } from "../text.js";

export class Welcome {
  /**
   * @param {HTMLElement} node
   * @param {import("../types.js").Game[]} games
   * @param {(text: string) => Promise<void>} run
   */
  constructor(node, games, run) {
    this.node = node;
    this.games = games;
    this.run = run;
  }

  async build() {
    const known = await players("chess").catch(() => []);
    const fish = known.find(({ name }) => name === "engine/stockfish")?.ready;
    const watch = `/duel start chess local/smollm2 ${fish ? "engine/stockfish" : "engine/novice"}`;
    const play = "/duel start tic_tac_toe me engine/perfect";
    const buttons = [this.#button(t("welcome.watch"), watch, true), this.#button(t("welcome.play"), play, false)];
    this.node.append(el("div", { class: "welcome-actions" }, ...buttons), this.#games());
  }

  /**
   * @param {string} label
   * @param {string} command
   * @param {boolean} main
   */
  #button(label, command, main) {
    const button = el(
      "button",
      { class: main ? "button big" : "button big quiet", type: "button" },
      el("span", { class: "big-label", text: label }),
      el("code", { text: command }),
    );
    button.addEventListener("click", async () => {
      button.disabled = true;
      await this.run(command);
      button.disabled = false;
    });
    return button;
  }

  #games() {
    return el(
      "ul",
      { class: "welcome-games" },
      ...this.games.map((game) => el("li", {}, el("b", { text: game.title }), el("span", { text: game.summary }))),
    );
  }
}
