/** A place where people can only watch: all they could do elsewhere is hidden, and a sentence says where they can. */

import { byId, say, show } from "../dom.js";
import { t } from "../text.js";

/** @param {string} where one sentence: where to play */
export function onlyWatching(where) {
  for (const node of document.querySelectorAll("[data-plays]")) show(/** @type {HTMLElement} */ (node), false);
  say(byId("welcome-what"), t("welcome.watching"));
  say(byId("watching"), where);
  show(byId("watching"), true);
}
