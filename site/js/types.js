/**
 * The shapes of docs/api.md, for editors and type checkers. This module holds no code.
 *
 * @typedef {"first"|"second"} Seat
 * @typedef {{member: {id: string, name: string, role: "member"|"moderator"|"host"}, community: string,
 *   version: string, watching?: string|null}} Session
 * @typedef {{name: string, help: string, kind: "string"|"integer"|"number"|"boolean", default: any, choices: string[],
 *   least: number|null, most: number|null, required: boolean, positional?: boolean, completes: string}} Option
 * @typedef {{name: string, help: string, options: Option[]}} Verb
 * @typedef {{name: string, help: string, verbs: Verb[]}} Command
 * @typedef {{text: string, private: boolean, duel: string|null, lines: string[][]|null,
 *   file?: [string, string]|null, buttons?: ButtonInfo[][],
 *   form?: FormInfo|null, picture?: Picture|null}} Reply
 * @typedef {{light: string, dark: string, alt: string}} Picture
 * @typedef {{command: string, verb: string, options: Record<string, any>, asks: Option[]}} FormInfo
 * @typedef {{label: string, command: string, verb: string, options: Record<string, string>,
 *   style: "plain"|"primary"|"success"|"danger", question: string, asks: Option[]}} ButtonInfo
 * @typedef {{id: string, mine: boolean, title: string, variant: string, from: string, to: string, side: string,
 *   expires_ms: number, price: string, buttons: ButtonInfo[]}} Challenge
 * @typedef {{name: string, title: string, summary: string, seats: Record<Seat, string>, options: Option[],
 *   engines: string[], exports?: string[], open_ended: boolean}} Game
 * @typedef {{name: string, about: string, ready: boolean, missing: string}} PlayerInfo
 * @typedef {{player: string, name: string, side: string, human: boolean, you: boolean, mode: string}} SeatInfo
 * @typedef {{winner: Seat|null, termination: string, why: string, void: boolean}} Outcome
 * @typedef {{id: string, game: string, title: string, variant: string,
 *   status: "live"|"waiting"|"adjourned"|"over", created_ms: number, ended_ms: number|null,
 *   seats: Record<Seat, SeatInfo>, rated: boolean, plies: number, outcome: Outcome|null, started_by: string}} Summary
 * @typedef {{used_ms: number, left_ms: number|null, tokens_in: number, tokens_out: number, cost_usd: number,
 *   failed_attempts: number}} Totals
 * @typedef {{failure: string, said: string, why: string}} Attempt
 * @typedef {{words: string, tokens_in: number, tokens_out: number, latency_ms: number, cost_usd: number,
 *   attempts: Attempt[]}} Spoken
 * @typedef {{entry: number, turn: number, moves: Partial<Record<Seat, string>>, at_ms: number,
 *   encoded: Partial<Record<Seat, string>>, spoken: Partial<Record<Seat, Spoken>>,
 *   salts: Partial<Record<Seat, string>>}} TurnInfo
 * @typedef {{address: string, row: number, column: number, glyph: string, shade: string, mark: string,
 *   label: string}} Cell
 * @typedef {{start: number, end: number, limit: number|null}} Section
 * @typedef {{seat: Seat, length: number, at: number, speed: number, sections: Section[], note: string}} Track
 * @typedef {{seat: Seat, glyph: string, note: string}} Hand
 * @typedef {{text: string, seat: Seat|null, accepted: boolean, note: string}} Link
 * @typedef {{move: string, label: string, path: string[]}} Choice
 * @typedef {{alt: string, rows: number, columns: number, cells: Cell[], tracks: Track[], hands: Hand[],
 *   links: Link[], captions: string[], choices: Choice[]}} Board
 * @typedef {Summary & {entry: number, position_entry: number, board: Board, to_move: Seat[], thinking: Seat[],
 *   turn: number, your_seat: Seat|null, your_move: boolean, takes_stakes: boolean, draw_offer: Seat|null, takeback_offer: Seat|null, deadline_ms: number|null, now_ms: number,
 *   totals: Record<Seat, Totals>, turns: TurnInfo[], sealed: Partial<Record<Seat, string>>,
 *   last_words: Partial<Record<Seat, Spoken>>, score: Record<Seat, string>, seed: number|null, why_adjourned: string, replay: string}} Duel
 */

export {};
