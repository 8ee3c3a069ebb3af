-- The seal: the Merkle tree over the events, its signed roots, who signs, and what the checks of it have found. Made by a role that
-- can read the log and write here, and nothing else; nothing here is ever changed either, but that a tile grows.

create schema seal;

create table seal.keys (
    vkey text collate "C" primary key,
    kind text collate "C" not null check (kind in ('log', 'witness')),
    since timestamptz not null default statement_timestamp()
);
comment on table seal.keys is 'The public keys that have signed, in the form that C2SP signed-note gives them; the log has one.';
create unique index keys_log on seal.keys (kind) where kind = 'log';

create table seal.tiles (
    level smallint not null check (level between 0 and 7),
    index bigint not null check (index >= 0),
    hashes bytea not null check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0),
    primary key (level, index)
);
comment on table seal.tiles is 'The tree in tiles of 256 hashes (C2SP tlog-tiles); level 0 has the leaves, leaf number = position - 1.';
alter table seal.tiles alter column hashes set storage external;

create table seal.checkpoints (
    size bigint primary key check (size > 0),
    root bytea not null check (octet_length(root) = 32),
    signature text collate "C" not null,
    at timestamptz not null default clock_timestamp()
);
comment on table seal.checkpoints is 'The signed roots: that the log had so many events, and their root.';

create table seal.cosignatures (
    size bigint not null references seal.checkpoints,
    name text collate "C" not null,
    signature text collate "C" not null,
    at timestamptz not null default clock_timestamp(),
    primary key (size, name)
);
comment on table seal.cosignatures is 'The signatures of witnesses, who have seen that each root is consistent with the one they saw before.';

create table seal.verifications (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    position bigint not null,
    sealed bigint not null,
    checkpoints bigint not null,
    copies bigint not null,
    seconds double precision not null,
    fault text collate "C",
    fault_position bigint,
    said text
);
comment on table seal.verifications is 'Each check of the whole log against its roots: how far, and the first fault if there was one.';

create function seal.only_grows() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'UPDATE' and (new.level, new.index) = (old.level, old.index)
        and substr(new.hashes, 1, octet_length(old.hashes)) = old.hashes then
        return new;
    end if;
    raise exception '% of %.% is refused: a tile may grow, not change', tg_op, tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;
create trigger only_grows before update or delete on seal.tiles for each row execute function seal.only_grows();
create trigger refuse_change before delete or truncate on seal.tiles for each statement execute function log.refuse_change();
alter table seal.tiles enable always trigger only_grows;
alter table seal.tiles enable always trigger refuse_change;

do $$
declare
    name text;
begin
    foreach name in array array['keys', 'checkpoints', 'cosignatures', 'verifications'] loop
        execute format('create trigger refuse_change before update or delete or truncate on seal.%I
            for each statement execute function log.refuse_change()', name);
        execute format('create trigger refuse_row_change before update or delete on seal.%I
            for each row execute function log.refuse_change()', name);
        execute format('alter table seal.%I enable always trigger refuse_change', name);
        execute format('alter table seal.%I enable always trigger refuse_row_change', name);
    end loop;
end
$$;

grant usage on schema log to journey_seal;
grant select on log.events, log.notes, log.migrations to journey_seal;
grant usage on schema seal to journey_seal, journey_read;
grant select on all tables in schema seal to journey_seal, journey_read;
grant insert (vkey, kind) on seal.keys to journey_seal;
grant insert, update (hashes) on seal.tiles to journey_seal;
grant insert (size, root, signature) on seal.checkpoints to journey_seal;
grant insert (size, name, signature) on seal.cosignatures to journey_seal;
grant insert (position, sealed, checkpoints, copies, seconds, fault, fault_position, said) on seal.verifications to journey_seal;
