/** Asks the server again and again: often while something is live and looked at, ever slower when it is away. */

import { ApiError, Offline } from "../api.js";

/** How long to wait for news while a duel is played, while none is, and while nobody looks at the page. */
export const OFTEN = { live_ms: 700, idle_ms: 4000, hidden_ms: 4000 };

/** Where only watching is possible, nobody waits for their turn, and each question costs the host money. */
export const SELDOM = { live_ms: 3000, idle_ms: 15000, hidden_ms: 60000 };

const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

export class Poller {
  /**
   * @param {() => Promise<void>} ask
   * @param {() => boolean} isLive
   * @param {(online: boolean, why?: string) => void} told whenever the connection is lost or found again
   * @param {typeof OFTEN} [pace]
   */
  constructor(ask, isLive, told, pace = OFTEN) {
    this.pace = pace;
    this.ask = ask;
    this.isLive = isLive;
    this.told = told;
    this.failures = 0;
    this.asking = false;
    this.again = false;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
    addEventListener("online", () => this.now());
  }

  /** Ask at once, or once more after the answer that is on its way. */
  async now() {
    if (this.asking) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.asking = true;
    do {
      this.again = false;
      await this.#ask();
    } while (this.again && !this.failures);
    this.asking = false;
    this.timer = setTimeout(() => this.now(), this.#pause());
  }

  async #ask() {
    try {
      await this.ask();
      if (this.failures) this.told(true);
      this.failures = 0;
    } catch (error) {
      if (!(error instanceof Offline || error instanceof ApiError)) throw error;
      this.failures += 1;
      this.told(false, error instanceof ApiError ? error.message : undefined);
    }
  }

  #pause() {
    if (this.failures) return RETRY_MS[Math.min(this.failures, RETRY_MS.length) - 1] * (0.8 + 0.4 * Math.random());
    if (document.hidden) return this.pace.hidden_ms;
    return this.isLive() ? this.pace.live_ms : this.pace.idle_ms;
  }
}
