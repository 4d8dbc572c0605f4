/** Keeping the reader's place while messages grow, come and go. */

const NEAR_PX = 48;

/**
 * How many pixels there are below what is seen.
 * @param {HTMLElement} scroller
 */
export const distanceToEnd = (scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;

/** @param {HTMLElement} scroller */
export const scrollToEnd = (scroller) => {
  scroller.scrollTop = scroller.scrollHeight;
};

/**
 * Change the stream. Whoever is at its end stays at its end; whoever reads elsewhere keeps the message in view.
 * @param {HTMLElement} scroller
 * @param {() => void} change
 */
export function keepingPlace(scroller, change) {
  const atEnd = distanceToEnd(scroller) < NEAR_PX;
  const anchor = atEnd ? undefined : firstInView(scroller);
  const before = anchor?.getBoundingClientRect().top ?? 0;
  change();
  if (atEnd) scrollToEnd(scroller);
  else if (anchor) scroller.scrollTop += anchor.getBoundingClientRect().top - before;
}

/** @param {HTMLElement} scroller */
function firstInView(scroller) {
  const top = scroller.getBoundingClientRect().top;
  return [...scroller.querySelectorAll(".message")].find((node) => node.getBoundingClientRect().bottom > top);
}
