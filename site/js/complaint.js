/** A sentence about what went wrong, shown until it is settled. */

import { ApiError, Offline } from "./api.js";
import { say, show } from "./dom.js";
import { t } from "./text.js";

/**
 * What went wrong, as a sentence for a person.
 * @param {unknown} error
 * @param {string} offline the key of the sentence for a server that does not answer
 * @throws the error itself, when it is a fault of the page
 */
export function sentence(error, offline) {
  if (error instanceof ApiError) return error.isStale ? `${error.message} ${t("error.stale")}` : error.message;
  if (error instanceof Offline) return t(offline);
  throw error;
}

export class Complaint {
  /**
   * @param {HTMLElement} node where the sentence stands
   * @param {string} offline the key of the sentence for a server that does not answer
   */
  constructor(node, offline) {
    this.node = node;
    this.offline = offline;
    this.isOffline = false;
    /** @type {string|null} */
    this.place = null;
  }

  /**
   * @param {unknown} error
   * @param {string} [place] the position of the duel that it is about
   */
  show(error, place = "") {
    say(this.node, sentence(error, this.offline));
    this.isOffline = error instanceof Offline;
    // A position that was gone already is about to be replaced: its sentence outlives that one change.
    this.place = error instanceof ApiError && error.isStale ? null : place;
    show(this.node, true);
  }

  clear() {
    show(this.node, false);
  }

  /** @param {string} place where the duel stands now; a sentence about an earlier position is settled */
  moved(place) {
    this.place ??= place;
    if (this.place !== place) this.clear();
  }

  /** The server answers again. */
  reconnected() {
    if (this.isOffline) this.clear();
  }
}
