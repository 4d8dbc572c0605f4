/**
 * Small helpers that build and patch the page. Text always goes in as text: what a model says is never read as HTML.
 */

const SVG = "http://www.w3.org/2000/svg";

/** The seats in the order in which they are shown. @type {import("./types.js").Seat[]} */
export const SEATS = ["first", "second"];

/**
 * Make an element. `on…` properties are listeners, `class` and `text` mean what they say, the rest are attributes;
 * `null`, `undefined` and `false` leave an attribute out, `true` writes it empty.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node|string|null)} children
 * @returns {any} an HTMLElement; `any` spares every caller a cast to its own kind
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "text") node.textContent = value;
    else attribute(node, name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/**
 * Make an element of an SVG drawing.
 * @param {string} tag
 * @param {Record<string, string|number>} attributes
 * @param {...Element} children
 */
export function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/**
 * Write an attribute only when it changes, so that patching a page costs nothing and disturbs nobody.
 * @param {Element} node
 * @param {string} name
 * @param {string|number|boolean|null|undefined} value
 */
export function attribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

/**
 * Write text only when it changes.
 * @param {Element} node
 * @param {string} text
 */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Show or hide.
 * @param {HTMLElement} node
 * @param {boolean} visible
 */
export function show(node, visible) {
  if (node.hidden === visible) node.hidden = !visible;
}

/**
 * Make a parent's children match a list: nodes are kept by key, so focus and scroll survive.
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T, index: number) => string} key
 * @param {(item: T) => HTMLElement} make
 * @param {(node: HTMLElement, item: T, index: number) => void} [update]
 */
export function keyed(parent, items, key, make, update = () => {}) {
  const old = new Map([...parent.children].map((node) => [/** @type {HTMLElement} */ (node).dataset.key, node]));
  /** @type {Element|null} */
  let previous = null;
  items.forEach((item, index) => {
    const name = key(item, index);
    let node = /** @type {HTMLElement|undefined} */ (old.get(name));
    if (!node) {
      node = make(item);
      node.dataset.key = name;
    }
    old.delete(name);
    update(node, item, index);
    const place = previous ? previous.nextElementSibling : parent.firstElementChild;
    if (place !== node) parent.insertBefore(node, place);
    previous = node;
  });
  for (const node of old.values()) node.remove();
}

/**
 * An element of the page that must be there.
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`The page has no element #${id}.`);
  return node;
}

/**
 * The address of a glyph's drawing.
 * @param {string} name
 */
export const glyphUrl = (name) => `/glyphs/${encodeURIComponent(name)}.svg`;
