/** The JSON API (docs/api.md): one function a call, two kinds of error. */

import { language, t } from "./text.js";

/** The server answered, and the answer is a sentence for a person. */
export class ApiError extends Error {
  /**
   * @param {number} status the HTTP status
   * @param {string} kind
   * @param {string} text one sentence
   */
  constructor(status, kind, text) {
    super(text);
    this.status = status;
    this.kind = kind;
  }

  /** Whether the position that a move was meant for is gone. */
  get isStale() {
    return this.status === 409;
  }
}

/** The server did not answer, or something in between did. Worth another try. */
export class Offline extends Error {}

/**
 * @param {string} path
 * @param {RequestInit} init
 * @returns {Promise<Response>} an answer of the server itself: a success or 304
 */
async function call(path, init) {
  let response;
  try {
    // The page's language, which need not be the browser's.
    const headers = { "Accept-Language": language, ...init.headers };
    response = await fetch(path, { cache: "no-store", credentials: "same-origin", ...init, headers });
  } catch {
    throw new Offline(path);
  }
  if (response.ok || response.status === 304) return response;
  const error = await response.json().then(
    (body) => body.error,
    () => null,
  );
  // No word of ours: CloudFront wants a link that is signed, and there is none, or it has ended.
  if (!error && response.status === 403) throw new ApiError(403, "Refused", t("error.closed"));
  if (!error) throw new Offline(`${response.status} ${path}`);
  throw new ApiError(response.status, error.kind, error.text);
}

/** @param {string} path */
const get = async (path) => (await call(path, {})).json();

/**
 * @param {string} path
 * @param {object} body
 */
async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return (await call(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

/** @param {Record<string, string|number|undefined>} values */
function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

/** A fresh id for a request: a repeated request of the same id starts nothing twice. */
export function requestId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @returns {Promise<import("./types.js").Session>} */
export const session = () => get("/api/session");

/** @param {string} name */
export const rename = (name) => post("/api/session", { name });

/** @returns {Promise<import("./types.js").Command[]>} */
export const commands = async () => (await get("/api/commands")).commands;

/** @returns {Promise<import("./types.js").Game[]>} */
export const games = async () => (await get("/api/games")).games;

/**
 * @param {string} [game]
 * @returns {Promise<import("./types.js").PlayerInfo[]>}
 */
export const players = async (game) => (await get(`/api/players?${query({ game })}`)).players;

/**
 * @param {string} what `games`, `players` or `duels`
 * @param {string} typed
 * @param {string} [game]
 * @returns {Promise<{value: string, label: string}[]>}
 */
export const complete = async (what, typed, game) =>
  (await get(`/api/complete?${query({ what, typed, game })}`)).values;

/**
 * @param {number} [before] only duels created before this time (ms)
 * @returns {Promise<{duels: import("./types.js").Summary[], next: number|null}>}
 */
export const duels = (before) => get(`/api/duels?${query({ before, limit: 25 })}`);

/** @returns {Promise<import("./types.js").Challenge[]>} open ones, by and to the member */
export const challenges = async () => (await get("/api/challenges")).challenges;

/**
 * A duel with its turns after an entry; `null` when nothing has changed since `etag`.
 * @param {string} id
 * @param {number} after
 * @param {string} [etag]
 * @returns {Promise<{duel: import("./types.js").Duel, etag: string, skew_ms: number}|null>} `skew_ms`: how far the
 *   server's clock is ahead of this one
 */
export async function duel(id, after, etag) {
  const headers = etag ? { "If-None-Match": etag } : undefined;
  const response = await call(`/api/duels/${encodeURIComponent(id)}?after=${after}`, { headers });
  if (response.status === 304) {
    // An answer whose (empty) body is never read counts as aborted in the browser's network log.
    await response.arrayBuffer();
    return null;
  }
  const found = await response.json();
  const now_ms = Number(response.headers.get("X-Now-Ms") ?? found.now_ms);
  return { duel: found, etag: response.headers.get("ETag") ?? "", skew_ms: now_ms - Date.now() };
}

/**
 * The board after a number of turns. The server says how long the browser may keep it.
 * @param {string} id
 * @param {number} turn
 * @returns {Promise<import("./types.js").Board>}
 */
export const board = async (id, turn) => (await call(boardPath(id, turn), { cache: "default" })).json();

/**
 * @param {string} id
 * @param {number} turn
 */
export const boardPath = (id, turn) => `/api/duels/${encodeURIComponent(id)}/boards/${turn}`;

/**
 * The address of a board's picture, which says its language by itself.
 * @param {string} id
 * @param {number} turn
 */
export const picturePath = (id, turn) => `${boardPath(id, turn)}.svg?${query({ lang: language })}`;

/**
 * @param {string} id
 * @param {string} format `pgn`, `json` or `markdown`
 */
export const exportPath = (id, format) => `/api/duels/${encodeURIComponent(id)}/export/${format}`;

/**
 * @param {string} id
 * @param {number} [turn]
 */
export const replayPath = (id, turn) => `/replay.html?${query({ duel: id, ply: turn })}`;

/**
 * Run a typed command.
 * @param {string} text
 * @param {string} request
 * @returns {Promise<import("./types.js").Reply>}
 */
export const runText = (text, request) => post("/api/commands", { text, request });

/**
 * Run a command whose options are known.
 * @param {string} command
 * @param {string} verb
 * @param {Record<string, any>} options
 * @param {string} [request]
 * @returns {Promise<import("./types.js").Reply>}
 */
export const run = (command, verb, options, request = requestId()) =>
  post("/api/commands", { command, verb, options, request });
