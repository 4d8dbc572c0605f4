/** Asks the server again and again: often while something is live and looked at, ever slower when it is away. */

import { ApiError, Offline } from "../api.js";

const LIVE_MS = 700;
const IDLE_MS = 4000;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

export class Poller {
  /**
   * @param {() => Promise<void>} ask
   * @param {() => boolean} isLive
   * @param {(online: boolean, why?: string) => void} told whenever the connection is lost or found again
   */
  constructor(ask, isLive, told) {
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
    return this.isLive() && !document.hidden ? LIVE_MS : IDLE_MS;
  }
}
