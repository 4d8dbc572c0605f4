/** What was sent before, for the up arrow; kept for this tab. */

const KEY = "arena.history";
const KEPT = 50;

export class History {
  constructor() {
    /** @type {string[]} the newest last */
    this.sent = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    this.place = this.sent.length;
    this.draft = "";
  }

  /** Whether an old text is in the line, unchanged. */
  get isBrowsing() {
    return this.place < this.sent.length;
  }

  /** Forget the place: the line was edited or sent. */
  leave() {
    this.place = this.sent.length;
    this.draft = "";
  }

  /** @param {string} text */
  add(text) {
    this.sent = [...this.sent.filter((old) => old !== text), text].slice(-KEPT);
    sessionStorage.setItem(KEY, JSON.stringify(this.sent));
    this.leave();
  }

  /**
   * @param {number} direction -1 is older, 1 is newer
   * @param {string} current what stands in the line
   * @returns {string|null} the text to show, `null` when there is none that way
   */
  step(direction, current) {
    const place = this.place + direction;
    if (place < 0 || place > this.sent.length) return null;
    if (!this.isBrowsing) this.draft = current;
    this.place = place;
    return place === this.sent.length ? this.draft : this.sent[place];
  }
}
