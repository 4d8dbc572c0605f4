/** The channel page: wires the parts together. */

import * as api from "./api.js";
import { Challenges } from "./channel/challenges.js";
import { Channel } from "./channel/channel.js";
import { LiveAnnouncer } from "./channel/announcer.js";
import { Poller, SELDOM } from "./channel/poller.js";
import { Sidebar } from "./channel/sidebar.js";
import { onlyWatching } from "./channel/watching.js";
import { Welcome } from "./channel/welcome.js";
import { Composer } from "./composer/composer.js";
import { NewDuelDialog } from "./dialog/newduel.js";
import { byId, show } from "./dom.js";
import { FORMATS } from "./duel/result.js";
import { preferences } from "./preferences.js";
import { t, translatePage } from "./text.js";

const TICK_MS = 1000;

/** Who is not let in will not be in a moment: the link that lets them in loads the page anew. */
const NOT_LET_IN = [401, 403];

/** After it, whoever is here may be somebody new. */
const FORGETS = /^\/arena forget-me\b/;

translatePage();
preferences();
start();

/** Ask for what the page needs; a server that is away is asked again. */
async function start() {
  try {
    // Alone and first: its answer brings the cookie that makes the other requests ours.
    const session = await api.session();
    if (session.watching) return watch(session.watching, await api.games());
    const [commands, games] = await Promise.all([api.commands(), api.games()]);
    build(session, commands, games);
  } catch (error) {
    connection(false, error instanceof api.ApiError ? error.message : undefined);
    if (!(error instanceof api.ApiError && NOT_LET_IN.includes(error.status))) setTimeout(start, 2000);
  }
}

/**
 * A page for those who can only look: no line to type on, no name, nothing to start.
 * @param {string} where what the server says of playing
 * @param {import("./types.js").Game[]} games
 */
function watch(where, games) {
  onlyWatching(where);
  const announcer = new LiveAnnouncer(byId("live-region"));
  const nothing = () => {};
  const channel = new Channel(places(), {
    formats: (name) => [...(games.find((game) => game.name === name)?.exports ?? []), ...FORMATS],
    isMember: () => false,
    moderates: false,
    watches: true,
    announcer,
    changed: () => poller.now(),
    answered: nothing,
  });
  const poller = new Poller(
    async () => {
      await channel.refresh();
      sidebar.update(channel.live);
    },
    () => channel.live.length > 0,
    (online, why) => {
      connection(online, why);
      if (online) [...channel.cards.values()].forEach(({ complaint }) => complaint.reconnected());
    },
    SELDOM,
  );
  const sidebar = new Sidebar({ games: [], member: { name: "" }, open: nothing, reveal: (id) => channel.reveal(id) });
  connection(true);
  poller.now();
  setInterval(() => channel.tick(), TICK_MS);
}

const places = () => ({
  stream: byId("stream"),
  scroller: byId("scroller"),
  empty: byId("welcome"),
  older: byId("older"),
  newest: byId("newest"),
});

/**
 * @param {import("./types.js").Session} session
 * @param {import("./types.js").Command[]} commands
 * @param {import("./types.js").Game[]} games
 */
function build(session, commands, games) {
  const game = (/** @type {string} */ name) => games.find((known) => known.name === name);
  const announcer = new LiveAnnouncer(byId("live-region"));
  const answered = (/** @type {import("./types.js").Reply} */ reply, /** @type {string} */ asked) => {
    channel.answer(reply, asked);
    poller.now();
    if (FORGETS.test(asked)) api.session().then(({ member }) => sidebar.introduce(member.name), () => {});
  };
  const channel = new Channel(places(), {
    formats: (name) => [...(game(name)?.exports ?? []), ...FORMATS],
    isMember: (name) => name === sidebar.member,
    moderates: session.member.role !== "member",
    announcer,
    changed: () => poller.now(),
    answered,
  });
  const challenges = new Challenges({ answered, changed: () => poller.now(), announcer });
  const poller = new Poller(
    async () => {
      await Promise.all([channel.refresh(), challenges.refresh()]);
      sidebar.update(channel.live);
      composer.news();
      title(channel.live.filter((card) => card.isYours).length);
    },
    () => channel.live.length + challenges.open.length > 0,
    (online, why) => {
      connection(online, why);
      if (online) [composer, challenges, ...channel.cards.values()].forEach(({ complaint }) => complaint.reconnected());
    },
  );
  const composer = new Composer({
    commands,
    settingsOf: (name) => game(name)?.options ?? [],
    answered,
    yours: () => channel.yours,
    changed: () => poller.now(),
  });
  const dialog = new NewDuelDialog({ games, commands, started: answered });
  const open = (/** @type {string|undefined} */ name) => dialog.open(name);
  const sidebar = new Sidebar({ games, member: session.member, open, reveal: (id) => channel.reveal(id) });
  new Welcome(byId("welcome"), games, (text) => composer.run(text)).build();
  connection(true);
  poller.now();
  setInterval(() => channel.tick(), TICK_MS);
}

/** @param {number} waiting how many duels wait for the person here */
function title(waiting) {
  const text = waiting ? t("title.yours", { n: waiting }) : t("title");
  if (document.title !== text) document.title = text;
}

/**
 * @param {boolean} online
 * @param {string} [why]
 */
function connection(online, why) {
  const banner = byId("connection");
  banner.textContent = online ? "" : (why ?? t("error.connection"));
  show(banner, !online);
}
