"""The schema of the database file, as the steps that made it."""

from __future__ import annotations

from typing import Final

# Each script takes a database from the version that is its index to the next.
MIGRATIONS: Final = (
    """
    CREATE TABLE heads (
        community TEXT NOT NULL,
        duel_id TEXT NOT NULL,
        terms TEXT NOT NULL,
        status TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        version INTEGER NOT NULL,
        lease_worker TEXT,
        lease_until_ms INTEGER,
        waiting_for TEXT NOT NULL,
        deadline_ms INTEGER,
        announced INTEGER NOT NULL,
        message_id TEXT NOT NULL,
        outcome TEXT,
        plies INTEGER NOT NULL,
        ended_ms INTEGER,
        wake_at_ms INTEGER,
        PRIMARY KEY (community, duel_id)
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX heads_duel ON heads (duel_id);
    CREATE INDEX heads_newest ON heads (community, created_ms);
    CREATE INDEX heads_status ON heads (community, status, created_ms);
    CREATE INDEX heads_unfinished ON heads (created_ms) WHERE status IN ('live', 'waiting');
    CREATE INDEX heads_wake ON heads (wake_at_ms) WHERE wake_at_ms IS NOT NULL;
    CREATE INDEX heads_lease ON heads (lease_worker) WHERE lease_worker IS NOT NULL;
    CREATE TABLE entries (
        duel_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (duel_id, number)
    ) WITHOUT ROWID;
    CREATE TABLE seals (
        duel_id TEXT NOT NULL,
        entry INTEGER NOT NULL,
        seat TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (duel_id, entry, seat)
    ) WITHOUT ROWID;
    CREATE TABLE pair_counts (
        ladder TEXT NOT NULL,
        first TEXT NOT NULL,
        second TEXT NOT NULL,
        wins INTEGER NOT NULL DEFAULT 0,
        draws INTEGER NOT NULL DEFAULT 0,
        losses INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (ladder, first, second)
    ) WITHOUT ROWID;
    CREATE TABLE persons (
        platform TEXT NOT NULL,
        platform_id TEXT NOT NULL,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        folded TEXT NOT NULL,
        seen INTEGER NOT NULL,
        PRIMARY KEY (platform, platform_id)
    ) WITHOUT ROWID;
    CREATE INDEX persons_name ON persons (platform, folded, seen);
    """,
    """
    ALTER TABLE heads DROP COLUMN announced;
    ALTER TABLE heads DROP COLUMN message_id;
    ALTER TABLE heads ADD COLUMN shown TEXT NOT NULL DEFAULT '';
    ALTER TABLE heads ADD COLUMN unshown TEXT;
    CREATE INDEX heads_unshown ON heads (unshown, created_ms) WHERE unshown IS NOT NULL;
    CREATE TABLE played (
        player TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        duel_id TEXT NOT NULL,
        PRIMARY KEY (player, created_ms, duel_id)
    ) WITHOUT ROWID;
    INSERT INTO played
        SELECT DISTINCT seat.value, heads.created_ms, heads.duel_id
        FROM heads, json_each(iif(json_valid(heads.terms), heads.terms, '{}'), '$.players') AS seat;
    CREATE TABLE documents (
        community TEXT NOT NULL,
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        body TEXT NOT NULL,
        version INTEGER NOT NULL,
        wake_at_ms INTEGER,
        PRIMARY KEY (community, kind, key)
    ) WITHOUT ROWID;
    CREATE INDEX documents_wake ON documents (kind, wake_at_ms) WHERE wake_at_ms IS NOT NULL;
    """,
    """
    ALTER TABLE pair_counts ADD COLUMN first_plies INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pair_counts ADD COLUMN first_failed_attempts INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pair_counts ADD COLUMN first_forfeits INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pair_counts ADD COLUMN first_used_ms INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pair_counts ADD COLUMN first_cost_nano_usd INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pair_counts ADD COLUMN second_plies INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pair_counts ADD COLUMN second_failed_attempts INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pair_counts ADD COLUMN second_forfeits INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pair_counts ADD COLUMN second_used_ms INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pair_counts ADD COLUMN second_cost_nano_usd INTEGER NOT NULL DEFAULT 0;
    """,
)
SCHEMA_VERSION: Final = len(MIGRATIONS)
