/**
 * Tells screen readers what happens, without drowning them: one sentence a duel, the newest, at most every few
 * seconds; what concerns the listener's own duel is said at once.
 */

const QUIET_MS = 6000;

export class LiveAnnouncer {
  /** @param {HTMLElement} region an element with `aria-live="polite"` */
  constructor(region) {
    this.region = region;
    /** @type {Map<string, string>} */
    this.waiting = new Map();
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
  }

  /**
   * @param {string} duel sentences of the same duel replace one another
   * @param {string} sentence
   * @param {boolean} urgent
   */
  say(duel, sentence, urgent = false) {
    this.waiting.delete(duel);
    this.waiting.set(duel, sentence);
    if (urgent) this.#speak();
    else this.timer ??= setTimeout(() => this.#speak(), QUIET_MS);
  }

  #speak() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.region.textContent = [...this.waiting.values()].join(" ");
    this.waiting.clear();
  }
}
