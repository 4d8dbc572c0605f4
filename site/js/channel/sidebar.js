/** Beside the channel: running duels to jump to, games to start, who you are. On a phone it is a drawer. */

import { rename } from "../api.js";
import { Complaint } from "../complaint.js";
import { attribute, byId, el, keyed, say, show } from "../dom.js";
import * as format from "../format.js";
import { t } from "../text.js";

export class Sidebar {
  /**
   * @param {{games: import("../types.js").Game[], member: {name: string}, open: (game?: string) => void,
   *   reveal: (id: string) => void}} around
   */
  constructor(around) {
    this.around = around;
    this.live = byId("live-duels");
    this.none = byId("no-live-duels");
    this.drawer = byId("sidebar");
    this.menu = byId("menu");
    this.shade = byId("shade");
    this.name = byId("member-name");
    this.avatar = byId("member-avatar");
    this.#games();
    this.#member();
    this.menu.addEventListener("click", () => this.toggle(this.menu.getAttribute("aria-expanded") !== "true"));
    this.shade.addEventListener("click", () => this.toggle(false));
    addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false));
  }

  /** What the person here is called. */
  get member() {
    return this.name.textContent;
  }

  /** @param {boolean} open */
  toggle(open) {
    if ((this.menu.getAttribute("aria-expanded") === "true") === open) return;
    attribute(this.menu, "aria-expanded", String(open));
    attribute(this.drawer, "data-open", open);
    show(this.shade, open);
    (open ? this.drawer.querySelector("button:not([hidden], [hidden] *), select") : this.menu).focus();
  }

  /** @param {import("../duel/duelcard.js").DuelCard[]} cards the running duels */
  update(cards) {
    show(this.none, cards.length === 0);
    keyed(
      this.live,
      cards,
      (card) => card.id,
      (card) => this.#item(card),
      (node, card) => patchItem(node, card),
    );
  }

  /** @param {import("../duel/duelcard.js").DuelCard} card */
  #item(card) {
    const jump = () => {
      this.toggle(false);
      this.around.reveal(card.id);
    };
    const names = el("span", { class: "jump-names" });
    const button = el(
      "button",
      { class: "jump", type: "button", onclick: jump },
      el("b", { text: card.summary.title }),
      el("span", { class: "dot" }),
      names,
    );
    return el("li", {}, button);
  }

  #games() {
    const open = (/** @type {string|undefined} */ game) => {
      this.toggle(false);
      this.around.open(game);
    };
    const list = byId("games");
    list.append(
      ...this.around.games.map((game) =>
        el(
          "li",
          {},
          el(
            "button",
            { class: "game", type: "button", title: game.summary, onclick: () => open(game.name) },
            el("span", { text: game.title }),
          ),
        ),
      ),
    );
    byId("new-duel-open").addEventListener("click", () => open(undefined));
  }

  #member() {
    const form = byId("name-form");
    const input = byId("name-input");
    const edit = byId("name-edit");
    const complaint = new Complaint(byId("name-error"), "error.offline.kept");
    input.addEventListener("input", () => complaint.clear());
    this.introduce(this.around.member.name);
    edit.addEventListener("click", () => {
      input.value = this.name.textContent;
      show(form, true);
      show(edit, false);
      input.select();
      input.focus();
    });
    const done = () => {
      complaint.clear();
      show(form, false);
      show(edit, true);
      edit.focus();
    };
    form.addEventListener(
      "keydown",
      (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && (event.stopPropagation(), done()),
    );
    form.addEventListener("submit", async (/** @type {Event} */ event) => {
      event.preventDefault();
      try {
        this.introduce((await rename(input.value.trim())).member.name);
        done();
      } catch (error) {
        complaint.show(error);
      }
    });
  }

  /** @param {string} name */
  introduce(name) {
    say(this.name, name);
    attribute(this.name, "title", name);
    say(this.avatar, format.initials(name));
    attribute(this.avatar, "data-tint", format.tint(name));
  }
}

/**
 * @param {HTMLElement} node
 * @param {import("../duel/duelcard.js").DuelCard} card
 */
function patchItem(node, card) {
  const { first, second } = card.summary.seats;
  const names = /** @type {Element} */ (node.querySelector(".jump-names"));
  say(names, `${first.name} – ${second.name}`);
  attribute(names, "title", names.textContent);
  attribute(/** @type {Element} */ (node.firstElementChild), "data-yours", card.isYours);
  attribute(
    /** @type {Element} */ (node.querySelector(".dot")),
    "title",
    t(card.isYours ? "status.yours" : `status.${card.summary.status}`),
  );
}
