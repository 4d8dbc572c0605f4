/**
 * Every sentence of the pages. A language is a file in words/ with the same keys; one more line here adds it.
 */

import { de } from "./words/de.js";
import { en } from "./words/en.js";

/** @type {Record<string, Record<string, string>>} */
export const LANGUAGES = { en, de };

const KEY = "arena.language";

/** The language chosen in the menu, else the browser's first that we have, else English. */
export const language = chosen() ?? preferred() ?? "en";

const plural = new Intl.PluralRules(language);

/**
 * A sentence. `{name}` is filled from `values`; with a number `n`, a key of `key.one` or `key.other` is used.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
export function t(key, values = {}) {
  const words = LANGUAGES[language];
  const form = typeof values.n === "number" ? `${key}.${plural.select(values.n)}` : key;
  const sentence = words[form] ?? words[key] ?? LANGUAGES.en[form] ?? LANGUAGES.en[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * A sentence if there is one under that key, else the fallback: for names that games make up.
 * @param {string} key
 * @param {string} fallback
 */
export const named = (key, fallback) => LANGUAGES[language][key] ?? fallback;

/** Put the sentences into a page's `data-text` (content) and `data-label` (aria-label) elements. */
export function translatePage() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-text]")) {
    node.textContent = t(/** @type {HTMLElement} */ (node).dataset.text ?? "");
  }
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", t(/** @type {HTMLElement} */ (node).dataset.label ?? ""));
  }
}

/** @param {string} name */
export function chooseLanguage(name) {
  localStorage.setItem(KEY, name);
  location.reload();
}

function chosen() {
  const name = localStorage.getItem(KEY);
  return name && name in LANGUAGES ? name : null;
}

function preferred() {
  return navigator.languages.map((tag) => tag.split("-")[0]).find((tag) => tag in LANGUAGES) ?? null;
}
