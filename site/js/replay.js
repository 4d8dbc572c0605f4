/** Starts the replay page for the duel that the address names: `?duel=ID&ply=N`, or `#ID`. */

import { ApiError, games, session } from "./api.js";
import { OFTEN, SELDOM } from "./channel/poller.js";
import { byId, say, show } from "./dom.js";
import { preferences } from "./preferences.js";
import { ReplayPage } from "./replay/page.js";
import { t, translatePage } from "./text.js";

translatePage();
preferences();
const asked = new URLSearchParams(location.search);
const id = asked.get("duel") ?? location.hash.slice(1);
const ply = asked.get("ply");

if (id) start();
else tell(t("replay.none"));

async function start() {
  try {
    // Alone and first: its answer brings the cookie that makes the other requests ours.
    const { watching } = await session();
    new ReplayPage(id, ply === null ? null : Number(ply), await games(), watching ? SELDOM : OFTEN);
  } catch (error) {
    tell(error instanceof ApiError ? error.message : t("error.connection"));
  }
}

/** @param {string} sentence */
function tell(sentence) {
  say(byId("connection"), sentence);
  show(byId("connection"), true);
}
