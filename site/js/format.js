/** Numbers, times and names as people read them, in the page's language. */

import { language, named, t } from "./text.js";

const number = new Intl.NumberFormat(language);
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** @param {number} value */
export const count = (value) => number.format(value);

/**
 * A time of day, with the date when it is not today's.
 * @param {number} ms
 * @param {number} now_ms
 */
export function when(ms, now_ms) {
  const same = new Date(ms).toDateString() === new Date(now_ms).toDateString();
  return (same ? clock : day).format(ms);
}

/**
 * A time of day.
 * @param {number} ms
 */
export const timeOfDay = (ms) => clock.format(ms);

/**
 * A length of time: `0.4 s`, `12 s`, `3:05`, `1:02:00`, `24 h`.
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `${number.format(seconds < 10 ? Math.round(seconds * 10) / 10 : Math.floor(seconds))} s`;
  if (seconds >= 36_000) return `${number.format(Math.round(seconds / 3600))} h`;
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, index) => (index ? String(part).padStart(2, "0") : String(part))).join(":");
}

/**
 * Money: `$0`, `$0.0004`, `$1.25`.
 * @param {number} usd
 */
export function cost(usd) {
  if (!usd) return "$0";
  const digits = usd >= 1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(usd)));
  return `$${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(usd)}`;
}

/**
 * One or two letters that stand for a name.
 * @param {string} name
 */
export function initials(name) {
  const parts = (name.split("/").at(-1) ?? name).split(/[\s_-]+/).filter((part) => /^\p{Letter}/u.test(part));
  return (
    parts
      .slice(0, 2)
      .map((part) => [...part][0])
      .join("")
      .toUpperCase() || "?"
  );
}

/**
 * A tint, 0 to 5, that a name always gets.
 * @param {string} name
 */
export const tint = (name) => [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % 6;

/**
 * The result as a score: `1–0`, `½–½`, or a dash when the duel is void.
 * @param {import("./types.js").Outcome} outcome
 */
export function score(outcome) {
  if (outcome.void) return "–";
  return outcome.winner === null ? "½–½" : outcome.winner === "first" ? "1–0" : "0–1";
}

/**
 * What a seat is called: the game's word, in the page's language if that is known.
 * @param {string} name
 */
export const side = (name) => named(`side.${name}`, name);

/**
 * The result in words: who won, or that nobody did.
 * @param {import("./types.js").Summary} duel
 */
export function verdict(duel) {
  const outcome = duel.outcome;
  if (!outcome) return "";
  if (outcome.void) return t("result.void");
  if (!outcome.winner) return t("result.draw");
  const winner = duel.seats[outcome.winner];
  return t("result.won", { name: winner.name, side: side(winner.side) });
}

/**
 * The key of the word for what a duel counts for.
 * @param {import("./types.js").Summary} duel
 */
export const standing = ({ outcome, rated }) => (outcome?.void ? "duel.void" : rated ? "duel.rated" : "duel.casual");

/**
 * Why a duel ended: the arena's sentence, else the termination's name.
 * @param {import("./types.js").Outcome} outcome
 */
export const reason = (outcome) => outcome.why || outcome.termination.replaceAll("-", " ");
