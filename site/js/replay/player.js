/** Where a replay stands and how it runs. Knows no page. */

export class Player {
  /** @param {(player: Player) => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.last = 0;
    this.turn = 0;
    this.turns_per_second = 1;
    /** @type {ReturnType<typeof setInterval>|undefined} */
    this.timer = undefined;
  }

  get playing() {
    return this.timer !== undefined;
  }

  /** @param {number} turn */
  go(turn) {
    const next = Math.max(0, Math.min(this.last, turn));
    if (next === this.turn) return;
    this.turn = next;
    this.changed(this);
  }

  /** @param {number} last how many turns there are; whoever is at the end follows */
  extend(last) {
    const following = this.turn === this.last && this.last > 0;
    this.last = last;
    if (following) this.turn = last;
    this.turn = Math.min(this.turn, last);
    this.changed(this);
  }

  toggle() {
    if (this.playing) this.stop();
    else this.play();
  }

  play() {
    if (this.turn >= this.last) this.turn = 0;
    this.#start();
    this.changed(this);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.changed(this);
  }

  /** @param {number} turns_per_second */
  speed(turns_per_second) {
    this.turns_per_second = turns_per_second;
    if (this.playing) this.#start();
  }

  #start() {
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      if (this.turn >= this.last) this.stop();
      else this.go(this.turn + 1);
    }, 1000 / this.turns_per_second);
  }
}
