/** Light or dark, and the language: two menus that every page has. */

import { byId, el } from "./dom.js";
import { chooseLanguage, language, LANGUAGES, t } from "./text.js";

const THEMES = ["system", "light", "dark"];

/** Fill the menus and listen to them. */
export function preferences() {
  const theme = byId("theme");
  theme.append(...THEMES.map((name) => el("option", { value: name, text: t(`theme.${name}`) })));
  theme.value = localStorage.getItem("arena.theme") ?? "system";
  theme.addEventListener("change", () => {
    localStorage.setItem("arena.theme", theme.value);
    document.documentElement.dataset.theme = theme.value;
  });
  const languages = byId("language");
  languages.append(
    ...Object.entries(LANGUAGES).map(([tag, words]) => el("option", { value: tag, text: words.language, lang: tag })),
  );
  languages.value = language;
  languages.addEventListener("change", () => chooseLanguage(languages.value));
}
