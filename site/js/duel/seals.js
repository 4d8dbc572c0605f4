/**
 * Simultaneous choices are published first as `sha256(salt + "|" + move)`. A page that saw such a digest before the
 * moves were shown keeps it, so that the replay can check it against what was shown later.
 */

const PREFIX = "arena.seal.";
const KEPT = 200;

/** @param {import("../types.js").Duel} duel */
export function rememberSeals(duel) {
  const entry = duel.position_entry;
  for (const [seat, digest] of Object.entries(duel.sealed)) {
    const key = `${PREFIX}${duel.id}.${entry}.${seat}`;
    if (sessionStorage.getItem(key) === digest) continue;
    forgetOldest();
    sessionStorage.setItem(key, digest);
  }
}

/**
 * The digest that was published for a seat's choice, as far as this browser saw it.
 * @param {string} duel
 * @param {number} entry the number of the position it was chosen in
 * @param {string} seat
 */
export const seenSeal = (duel, entry, seat) => sessionStorage.getItem(`${PREFIX}${duel}.${entry}.${seat}`);

/**
 * The digest of a choice; `null` where the browser offers no cryptography (a page that is not served securely).
 * @param {string} salt
 * @param {string} move
 */
export async function digestOf(salt, move) {
  if (!globalThis.crypto?.subtle) return null;
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${salt}|${move}`));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function forgetOldest() {
  const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  for (const key of keys.slice(0, Math.max(0, keys.length - KEPT + 1))) sessionStorage.removeItem(key);
}
