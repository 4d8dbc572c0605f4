/** An answer that only its asker sees, in the stream until it is dismissed. */

import { replayPath } from "../api.js";
import { commandButton } from "../commandbuttons.js";
import { commandForm } from "../commandform.js";
import { Complaint } from "../complaint.js";
import { el } from "../dom.js";
import { t } from "../text.js";

/** The path of a replay of this site, standing by itself. */
const REPLAY = /(?<![^\s(])(\/replay\.html\?duel=[0-9a-f-]{8,36}(?:&ply=\d+)?)(?![\w/?&=#%-])/;

/**
 * @param {import("../types.js").Reply} reply
 * @param {string} asked the command as it was typed
 * @param {(reply: import("../types.js").Reply, asked: string) => void} answered what a button of it answers
 * @returns {HTMLElement}
 */
export function note(reply, asked, answered) {
  const close = el("button", { class: "button quiet small", type: "button", text: t("note.dismiss") });
  const head = el(
    "p",
    { class: "note-head" },
    el("span", { class: "eye", "aria-hidden": "true" }),
    el("span", { text: t(reply.private ? "note.private" : "note.answer") }),
    close,
  );
  const node = el(
    "section",
    { class: "message note", role: "group", "aria-label": t("note.to", { command: asked }) },
    el(
      "div",
      { class: "message-content" },
      head,
      el("code", { class: "note-asked", text: asked }),
      el("p", { class: "note-text" }, ...withReplays(reply.text)),
    ),
  );
  if (reply.picture) node.firstElementChild.append(picture(reply.picture));
  if (reply.lines?.length) node.firstElementChild.append(table(reply.lines));
  if (reply.file) node.firstElementChild.append(download(reply.file));
  if (reply.duel)
    node.firstElementChild.append(
      el("a", { class: "button quiet small", href: replayPath(reply.duel), text: t("duel.replay") }),
    );
  if (reply.buttons?.length || reply.form) node.firstElementChild.append(...asking(reply, node, answered));
  close.addEventListener("click", () => node.remove());
  return node;
}

/**
 * A text in which the paths of replays are links; whatever else looks like an address stays text.
 * @param {string} text
 * @returns {(Node|string)[]}
 */
function withReplays(text) {
  return text
    .split(REPLAY)
    .map((part, index) => (index % 2 ? el("a", { href: new URL(part, location.origin).href, text: part }) : part));
}

/**
 * The buttons and the form of an answer. Using one settles the answer: what comes back takes its place.
 * @param {import("../types.js").Reply} reply
 * @param {HTMLElement} node
 * @param {(reply: import("../types.js").Reply, asked: string) => void} answered
 */
function asking({ buttons = [], form }, node, answered) {
  const error = el("p", { class: "form-error", role: "alert", hidden: true });
  const complaint = new Complaint(error, "error.offline");
  const act = async (/** @type {() => Promise<any>} */ action) => {
    complaint.clear();
    await action().catch((problem) => complaint.show(problem));
  };
  const settled =
    (/** @type {{command: string, verb: string}} */ { command, verb }) =>
    (/** @type {import("../types.js").Reply} */ reply) => {
      node.remove();
      answered(reply, `/${command} ${verb}`);
    };
  const rows = buttons.map((row) =>
    el("div", { class: "control-row" }, ...row.map((button) => commandButton(button, settled(button), act))),
  );
  return [...(form ? [commandForm(form, settled(form), act)] : []), ...rows, error];
}

/** @param {[string, string]} file its name and its content */
function download([name, content]) {
  const href = URL.createObjectURL(new Blob([content]));
  return el("a", { class: "button quiet small", href, download: name, text: t("note.download", { name }) });
}

/**
 * One picture for each look of the page; the styles show the one that fits.
 * @param {import("../types.js").Picture} drawn
 */
function picture({ light, dark, alt }) {
  const scroll = { class: "note-picture", tabindex: "0", role: "region", "aria-label": t("note.picture") };
  // It has no height before it is decoded, and would push the end of the answer out of sight.
  const onload = (/** @type {Event} */ { target }) =>
    /** @type {HTMLElement} */ (target).closest(".note")?.scrollIntoView({ block: "nearest" });
  const looks = Object.entries({ light, dark }).map(([look, src]) => el("img", { class: look, src, alt, onload }));
  return el("div", scroll, ...looks);
}

/** @param {string[][]} lines the first is the heading */
function table([heading, ...rows]) {
  const head = el("tr", {}, ...heading.map((text) => el("th", { scope: "col", text })));
  const body = rows.map((row) => el("tr", {}, ...row.map((text) => el("td", { text }))));
  const scroll = { class: "note-table", tabindex: "0", role: "region", "aria-label": t("note.table") };
  return el("div", scroll, el("table", {}, el("thead", {}, head), el("tbody", {}, ...body)));
}
