/** The stream of messages: duels by time, the newest at the bottom, and what only you can see between them. */

import * as api from "../api.js";
import { show } from "../dom.js";
import { DuelCard } from "../duel/duelcard.js";
import { movesOf } from "../duel/turns.js";
import * as format from "../format.js";
import { t } from "../text.js";
import { note } from "./note.js";
import { distanceToEnd, keepingPlace, scrollToEnd } from "./scroll.js";

/** Later than every entry: asks for a duel without its turns. */
const NO_TURNS = 2 ** 31;

/** Commands whose answer is the new duel itself. */
const BEGINS = /^\/duel (start|rematch|accept)\b/;

export class Channel {
  /**
   * @param {{stream: HTMLElement, scroller: HTMLElement, empty: HTMLElement, older: HTMLElement,
   *   newest: HTMLElement}} places
   * @param {{formats: (game: string) => string[], isMember: (name: string) => boolean,
   *   moderates: boolean, watches?: boolean,
   *   announcer: import("./announcer.js").LiveAnnouncer, changed: () => void,
   *   answered: (reply: import("../types.js").Reply, asked: string) => void}} around
   */
  constructor(places, around) {
    this.places = places;
    this.around = around;
    /** @type {Map<string, DuelCard>} */
    this.cards = new Map();
    /** @type {number|null} */
    this.older = null;
    this.started = false;
    /** What is waiting for its card. */
    this.expected = "";
    places.older.addEventListener("click", this.loadOlder);
    places.newest.addEventListener("click", () => scrollToEnd(places.scroller));
    places.scroller.addEventListener("scroll", () => {
      show(places.newest, distanceToEnd(places.scroller) > places.scroller.clientHeight);
    });
    this.watcher = new IntersectionObserver((seen) => this.#seen(seen), { root: places.scroller, rootMargin: "200px" });
  }

  /** The cards of running duels, newest first. */
  get live() {
    return [...this.cards.values()]
      .filter((card) => card.summary.status !== "over")
      .sort((a, b) => b.summary.created_ms - a.summary.created_ms);
  }

  /** Ask for news: of the list, then of every duel that is shown open. */
  refresh = async () => {
    const { duels, next } = await api.duels();
    const fresh = duels.filter((summary) => !this.cards.has(summary.id));
    if (!this.started) this.older = next;
    keepingPlace(this.places.scroller, () => duels.reverse().forEach((summary) => this.#adopt(summary, this.started)));
    const wanting = [...this.cards.values()].filter((card) => card.wantsNews);
    await Promise.all(wanting.map((card) => this.#fetch(card)));
    show(this.places.empty, this.places.stream.childElementCount === 0);
    show(this.places.older, this.older !== null);
    if ((!this.started && this.cards.size) || fresh.some(({ id }) => id === this.expected))
      scrollToEnd(this.places.scroller);
    this.started = true;
  };

  /** Let the clocks go on. */
  tick() {
    for (const card of this.cards.values()) card.tick();
  }

  loadOlder = async () => {
    if (this.older === null) return;
    const { duels, next } = await api.duels(this.older);
    this.older = next;
    keepingPlace(this.places.scroller, () => {
      duels.reverse().forEach((summary) => this.#adopt(summary, false));
      show(this.places.older, this.older !== null);
    });
  };

  /**
   * Show the answer to a command.
   * @param {import("../types.js").Reply} reply
   * @param {string} asked
   */
  answer(reply, asked) {
    if (reply.duel && (!reply.private || BEGINS.test(asked))) {
      this.expected = reply.duel;
      scrollToEnd(this.places.scroller);
      return;
    }
    const shown = note(reply, asked, this.around.answered);
    this.places.stream.append(shown);
    show(this.places.empty, false);
    shown.scrollIntoView({ block: shown.offsetHeight > this.places.scroller.clientHeight ? "start" : "nearest" });
  }

  /**
   * Go to a duel's card.
   * @param {string} id
   */
  reveal(id) {
    const node = this.cards.get(id)?.node;
    node?.scrollIntoView({ block: node.offsetHeight > this.places.scroller.clientHeight ? "start" : "center" });
    const place = node?.querySelector(".cell[tabindex='0']") ?? node;
    place?.focus({ preventScroll: true });
  }

  /** The card in which the person here has to move, the newest if there are several. */
  get yours() {
    return this.live.find((card) => card.isYours);
  }

  /**
   * @param {import("../types.js").Summary} summary
   * @param {boolean} isNews whether it began while this page was looking: then it is shown open, even if it is over
   */
  #adopt(summary, isNews) {
    const known = this.cards.get(summary.id);
    if (known) {
      if (!known.wantsNews) known.update(summary);
      return;
    }
    if (isNews) this.#makeRoom();
    const card = new DuelCard(summary, {
      formats: this.around.formats,
      isMember: this.around.isMember,
      moderates: this.around.moderates,
      watches: this.around.watches,
      changed: this.around.changed,
      answered: this.around.answered,
    });
    if (isNews) card.expand(true, false);
    this.cards.set(summary.id, card);
    this.#place(card);
    this.watcher.observe(card.node);
  }

  /** @param {DuelCard} card */
  #place(card) {
    const later = [...this.places.stream.children].find((node) => {
      const other = this.cards.get(/** @type {HTMLElement} */ (node).dataset.duel ?? "");
      return other && other.summary.created_ms > card.summary.created_ms;
    });
    this.places.stream.insertBefore(card.node, later ?? null);
  }

  /** A new duel begins: finished ones that nobody opened on purpose become lines. */
  #makeRoom() {
    for (const card of this.cards.values()) {
      if (card.summary.outcome && card.expanded && !card.kept) card.expand(false, false);
    }
  }

  /** @param {DuelCard} card */
  async #fetch(card) {
    const answer = await api.duel(card.id, card.after, card.etag).catch((error) => card.failed(error));
    if (!answer) return;
    const before = card.duel;
    keepingPlace(this.places.scroller, () => card.receive(answer.duel, answer.skew_ms));
    card.etag = answer.etag;
    if (before) this.#announce(card, before);
  }

  /**
   * @param {DuelCard} card
   * @param {import("../types.js").Duel} before
   */
  #announce(card, before) {
    const duel = card.duel;
    const last = card.turns.at(-1);
    if (!duel) return;
    if (duel.outcome && !before.outcome) {
      this.around.announcer.say(
        card.id,
        `${duel.title}: ${format.verdict(duel)}. ${format.reason(duel.outcome)}`,
        true,
      );
    } else if (last && duel.turn !== before.turn) {
      const names = Object.keys(last.moves).map((seat) =>
        format.side(duel.seats[/** @type {import("../types.js").Seat} */ (seat)].side),
      );
      const sentence = t("live.moved", { title: duel.title, side: names.join(" – "), move: movesOf(last) });
      this.around.announcer.say(card.id, card.isYours ? `${sentence} ${t("live.yours")}` : sentence, card.isYours);
    }
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    for (const { isIntersecting, target } of entries) {
      const card = this.cards.get(/** @type {HTMLElement} */ (target).dataset.duel ?? "");
      if (!isIntersecting || !card) continue;
      this.watcher.unobserve(target);
      if (card.summary.outcome && !card.duel) this.#picture(card);
    }
  }

  /**
   * A finished duel's line shows its last board: ask which one that is.
   * @param {DuelCard} card
   */
  async #picture(card) {
    const answer = await api.duel(card.id, NO_TURNS).catch(() => null);
    if (answer) card.compact.update(card.summary, answer.duel.turn);
  }
}
