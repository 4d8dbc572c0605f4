/**
 * The line at the bottom: type a command with completion, or a move. An ARIA 1.2 combobox: the focus stays in the
 * line, the arrow keys walk through the list above it, Tab or Enter takes a suggestion, Escape closes the list.
 */

import { complete, requestId, runText } from "../api.js";
import { Complaint } from "../complaint.js";
import { attribute, byId, el, keyed, show } from "../dom.js";
import { t } from "../text.js";
import { contextAt, optionSuggestions, verbSuggestions } from "./completion.js";
import { History } from "./history.js";
import { signature } from "./signature.js";

const EXAMPLE = "/duel start chess local/smollm2 engine/stockfish";

export class Composer {
  /**
   * @param {{commands: import("../types.js").Command[], settingsOf: (game: string) => import("../types.js").Option[],
   *   answered: (reply: import("../types.js").Reply, asked: string) => void,
   *   yours: () => import("../duel/duelcard.js").DuelCard|undefined, changed: () => void}} around `yours`: the duel in
   *   which the person here has to move; `changed`: the server should be asked at once
   */
  constructor(around) {
    this.around = around;
    this.form = byId("composer");
    this.input = byId("command");
    this.list = byId("suggestions");
    this.hint = byId("hint");
    this.complaint = new Complaint(byId("composer-error"), "error.offline.kept");
    /** @type {import("../duel/duelcard.js").DuelCard|undefined} the duel that the complaint is about */
    this.played = undefined;
    this.history = new History();
    /** @type {import("./completion.js").Suggestion[]} */
    this.items = [];
    this.active = -1;
    this.asked = 0;
    /** @type {import("./completion.js").Context|null} */
    this.context = null;
    this.#invite(matchMedia("(max-width: 800px)"));
    this.#listen();
    byId("send").disabled = false;
    // Somebody may have begun to type before the commands were there.
    if (document.activeElement === this.input && this.input.value) this.#suggest();
  }

  /**
   * Say in the empty line what can be typed, as long as its width allows.
   * @param {MediaQueryList} narrow
   */
  #invite(narrow) {
    const invite = () => attribute(this.input, "placeholder", narrow.matches ? t("composer.invite") : EXAMPLE);
    narrow.addEventListener("change", invite);
    invite();
  }

  #listen() {
    this.form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#send();
    });
    this.input.addEventListener("keydown", this.#key);
    this.input.addEventListener("input", () => {
      this.history.leave();
      this.complaint.clear();
      this.#suggest();
    });
    this.input.addEventListener("click", () => this.#suggest());
    this.input.addEventListener("blur", () => this.#close());
    this.list.addEventListener("mousedown", (/** @type {Event} */ event) => event.preventDefault());
    this.list.addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const option = /** @type {Element} */ (event.target).closest("[role=option]");
      if (option) this.#take([...this.list.children].indexOf(option));
    });
  }

  /**
   * Put a text into the line, ready to go on.
   * @param {string} text
   */
  start(text) {
    this.input.value = text;
    this.input.focus();
    this.#suggest();
  }

  /**
   * Run a command as if it had been typed.
   * @param {string} text
   */
  async run(text) {
    this.input.value = text;
    await this.#send();
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") this.#arrow(event, open);
    else if (event.key === "Tab" && open && !event.shiftKey) this.#accept(event, Math.max(this.active, 0));
    else if (event.key === "Enter" && open && this.active >= 0) this.#accept(event, this.active);
    else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.#close();
    }
  };

  /**
   * @param {KeyboardEvent} event
   * @param {boolean} open
   */
  #arrow(event, open) {
    const step = event.key === "ArrowDown" ? 1 : -1;
    const browsing = this.history.isBrowsing || this.input.value === "";
    if (open && !browsing) {
      const count = this.items.length;
      this.#activate(this.active < 0 ? (step > 0 ? 0 : count - 1) : (this.active + step + count) % count);
    } else {
      const text = this.history.step(step, this.input.value);
      if (text === null) return;
      this.input.value = text;
      this.#close();
    }
    event.preventDefault();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {number} index
   */
  #accept(event, index) {
    event.preventDefault();
    this.#take(index);
  }

  /** @param {number} index */
  #take(index) {
    const item = this.items[index];
    const word = this.context?.word;
    if (!item || !word) return;
    const rest = this.input.value.slice(word.end);
    const value = item.value + (item.value.endsWith(":") || rest.startsWith(" ") ? "" : " ");
    this.input.value = this.input.value.slice(0, word.start) + value + rest;
    const caret = word.start + value.length;
    this.input.setSelectionRange(caret, caret);
    this.#suggest();
  }

  async #suggest() {
    const turn = ++this.asked;
    const caret = this.input.selectionStart ?? this.input.value.length;
    const { commands, settingsOf } = this.around;
    const context = contextAt(this.input.value, caret, commands, settingsOf);
    this.#hint(context);
    if (!context) return this.#close();
    const items = context.verb ? await optionSuggestions(context, ask) : verbSuggestions(context.word.typed, commands);
    if (turn !== this.asked || document.activeElement !== this.input) return undefined;
    this.context = context;
    return this.#open(items.slice(0, 12), context);
  }

  /**
   * Show the list. What is typed for a closed set of values is taken to mean the first that fits, so that Enter
   * completes it; a whole value, nothing at all, or free text is left as it is, so that Enter sends.
   * @param {import("./completion.js").Suggestion[]} items
   * @param {import("./completion.js").Context} context
   */
  #open(items, { word: { typed }, option, named }) {
    const exact = items.some(({ value }) => value === typed);
    const isFree = option !== null && !named && !option.completes && !option.choices.length;
    if (!items.length || (exact && items.length === 1)) return this.#close();
    this.items = items;
    keyed(
      this.list,
      items,
      ({ value }) => value,
      makeOption,
      (node, _, index) => {
        node.id = `suggestion-${index}`;
      },
    );
    show(this.list, true);
    attribute(this.input, "aria-expanded", "true");
    return this.#activate(typed.trim() && !exact && !isFree ? 0 : -1);
  }

  #close() {
    this.asked += 1;
    this.items = [];
    this.active = -1;
    show(this.list, false);
    attribute(this.input, "aria-expanded", "false");
    attribute(this.input, "aria-activedescendant", null);
  }

  /** @param {number} index */
  #activate(index) {
    this.active = index;
    [...this.list.children].forEach((node, place) =>
      attribute(node, "aria-selected", place === index ? "true" : "false"),
    );
    attribute(this.input, "aria-activedescendant", index < 0 ? null : `suggestion-${index}`);
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {import("./completion.js").Context|null} context */
  #hint(context) {
    this.hint.replaceChildren(...(context?.verb ? signature(context) : [t("composer.hint")]));
  }

  async #send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.#close();
    attribute(this.form, "data-busy", true);
    try {
      await this.#run(text);
      this.history.add(text);
      if (this.input.value.trim() === text) this.input.value = "";
      this.#hint(null);
      this.complaint.clear();
    } catch (error) {
      this.complaint.show(error, this.played?.place);
      this.around.changed();
    }
    attribute(this.form, "data-busy", false);
  }

  /** @param {string} text */
  async #run(text) {
    this.played = text.startsWith("/") ? undefined : this.around.yours();
    if (this.played) await this.played.play(text);
    else this.around.answered(await runText(text, requestId()), text);
  }

  /** The channel was asked for news: a complaint about a position that has passed is settled. */
  news() {
    if (this.played) this.complaint.moved(this.played.place);
  }
}

/**
 * @param {string} what
 * @param {string} typed
 * @param {string} game
 */
const ask = (what, typed, game) => complete(what, typed, game).catch(() => []);

/** @param {import("./completion.js").Suggestion} item */
const makeOption = (item) =>
  el(
    "li",
    { role: "option", "aria-selected": "false" },
    el("b", { text: item.label }),
    el("span", { text: item.detail }),
  );
