/**
 * Which cells may be clicked next, given the legal choices and the cells clicked so far. Knows no game and no page.
 */

/**
 * @param {import("../types.js").Choice[]} choices
 * @param {string[]} path the addresses clicked so far
 * @returns {Set<string>} the addresses that some choice goes on with
 */
export function nextCells(choices, path) {
  return new Set(
    under(choices, path)
      .filter(({ path: whole }) => whole.length > path.length)
      .map(({ path: whole }) => whole[path.length]),
  );
}

/**
 * The choices that a path means when it is complete: none while it is still a beginning, several when the same
 * cells stand for several moves (a promotion).
 * @param {import("../types.js").Choice[]} choices
 * @param {string[]} path
 */
export const completed = (choices, path) =>
  path.length ? choices.filter((choice) => choice.path.length === path.length && starts(choice.path, path)) : [];

/**
 * The path after a click: one further, a new start when the cell begins another choice, else nothing.
 * @param {import("../types.js").Choice[]} choices
 * @param {string[]} path
 * @param {string} address
 * @returns {string[]}
 */
export function afterClick(choices, path, address) {
  if (nextCells(choices, path).has(address)) return [...path, address];
  const again = path.length > 0 && path[0] === address;
  return !again && nextCells(choices, []).has(address) ? [address] : [];
}

/** @param {import("../types.js").Choice[]} choices */
export const buttons = (choices) => choices.filter((choice) => choice.path.length === 0);

/**
 * @param {string[]} whole
 * @param {string[]} beginning
 */
const starts = (whole, beginning) => beginning.every((address, index) => whole[index] === address);

/**
 * @param {import("../types.js").Choice[]} choices
 * @param {string[]} path
 */
const under = (choices, path) => choices.filter((choice) => starts(choice.path, path));
