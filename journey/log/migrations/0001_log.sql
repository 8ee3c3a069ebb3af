-- The log: events by position, and beside them what makes a retry safe and a note erasable. Nothing here is ever changed.
-- Text keys are compared byte by byte (collate "C"), so that an upgrade of the system's collations never spoils an index.

create table log.events (
    originator_id text collate "C" not null,
    originator_version bigint not null check (originator_version >= 0),
    topic text collate "C" not null,
    state bytea not null,
    notification_id bigint not null,
    known_at timestamptz not null,
    claimed_at timestamptz,
    primary key (originator_id, originator_version),
    constraint events_position unique (notification_id)
);
comment on table log.events is 'One row an event: stream, version in it, kind, content, position in the log, and when the register came to know it.';
create index events_topic on log.events (topic, notification_id);

create type log.stored_event_text as (
    originator_id text,
    originator_version bigint,
    topic text,
    state bytea
);

create table log.event_ids (
    source text collate "C" not null,
    source_id text collate "C" not null,
    position bigint not null,
    stream text collate "C" not null,
    kind text collate "C" not null,
    content bytea not null,
    primary key (source, source_id)
);
comment on table log.event_ids is 'Where each event comes from, with the SHA-256 of what sameness is judged by.';

create table log.commands (
    command_id text collate "C" primary key,
    request bytea not null,
    result jsonb not null,
    position bigint,
    at timestamptz not null default statement_timestamp()
);
comment on table log.commands is 'Each command taken, the SHA-256 of its request, and the receipt that a retry gets again; position: its last event.';

create table log.case_keys (
    stream text collate "C" primary key,
    wrapped bytea,
    at timestamptz not null default statement_timestamp()
);
comment on table log.case_keys is 'The key of each case, encrypted under a key outside the database; null once destroyed.';

create table log.notes (
    stream text collate "C" not null,
    text_hash text collate "C" not null,
    sealed bytea,
    primary key (stream, text_hash)
);
comment on table log.notes is 'The encrypted text of each note; null once erased.';

create table log.codes_used (
    list text collate "C" not null,
    code text collate "C" not null,
    class text,
    grp text,
    at timestamptz not null default statement_timestamp(),
    primary key (list, code)
);
comment on table log.codes_used is 'Each code that an event has used, with the class and group it had then and must keep.';

create table log.imports (
    id bigint generated always as identity primary key,
    at timestamptz not null default statement_timestamp(),
    sha256 bytea not null,
    lines bigint not null,
    taken bigint not null,
    known bigint not null,
    mapping text,
    not_cpr boolean not null,
    first_position bigint,
    last_position bigint
);
comment on table log.imports is 'Each file taken: what it was, what came of it, and whether its ids were declared not to be CPR numbers.';


-- Order. Whoever inserts holds the append lock until the end of the transaction, so that the order of positions is the order of
-- commits and a reader who has seen a position has seen every one before it. The recorder takes the lock first, with a limit on
-- the wait; this is for everyone else.
create function log.take_append_lock() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_catalog.pg_advisory_xact_lock(7220115);
    return null;
end
$$;
create trigger take_append_lock before insert on log.events
    for each statement execute function log.take_append_lock();

-- The place of an event: the next position, and the moment of its transaction. Without a sequence, what is rolled back burns no
-- position. If the newest event was written by our own transaction (its xmin), its moment is the transaction's.
create function log.place_event() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    newest bigint;
    newest_known timestamptz;
    ours boolean;
begin
    if new.claimed_at > clock_timestamp() then
        raise exception 'claimed_at % is later than now', new.claimed_at using errcode = 'check_violation';
    end if;
    select e.notification_id, e.known_at, e.claimed_at is null and e.xmin = pg_current_xact_id()::xid
        into newest, newest_known, ours
        from log.events e order by e.notification_id desc limit 1;
    new.notification_id := coalesce(newest, 0) + 1;
    new.known_at := case
        when ours and new.claimed_at is null then newest_known
        else greatest(newest_known, coalesce(new.claimed_at, statement_timestamp()))
    end;
    return new;
end
$$;
create trigger place_event before insert on log.events
    for each row execute function log.place_event();

-- No holes in a stream: each version follows the one before. (The settings: one index look-up an event, however many were written
-- when the plan was made.)
create function log.check_versions() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    stream text;
    version bigint;
begin
    select w.originator_id, w.originator_version into stream, version from written w
        where w.originator_version > 1 and not exists (
            select from log.events e where e.originator_id = w.originator_id and e.originator_version = w.originator_version - 1
        )
        limit 1;
    if found then
        raise exception 'version % of % does not follow the one before', version, stream using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger check_versions after insert on log.events referencing new table as written
    for each statement execute function log.check_versions();


-- Insert only, for everybody, the owner included.
create function log.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception '% of %.% is refused: what is recorded is never changed', tg_op, tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;

do $$
declare
    name text;
begin
    foreach name in array array['events', 'event_ids', 'commands', 'codes_used', 'imports', 'migrations'] loop
        execute format('create trigger refuse_change before update or delete or truncate on log.%I
            for each statement execute function log.refuse_change()', name);
        execute format('create trigger refuse_row_change before update or delete on log.%I
            for each row execute function log.refuse_change()', name);
        execute format('alter table log.%I enable always trigger refuse_change', name);
        execute format('alter table log.%I enable always trigger refuse_row_change', name);
    end loop;
end
$$;

-- A key or a note may be destroyed, by a role that the erasure will bring; nothing else about it changes.
create function log.refuse_all_but_erasure() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - tg_argv[0] = to_jsonb(old) - tg_argv[0] and to_jsonb(new) -> tg_argv[0] = 'null' then
        return new;
    end if;
    raise exception '% of %.% is refused: a key or a note may be erased, not changed', tg_op, tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;
create trigger refuse_row_change before update or delete on log.case_keys
    for each row execute function log.refuse_all_but_erasure('wrapped');
create trigger refuse_row_change before update or delete on log.notes
    for each row execute function log.refuse_all_but_erasure('sealed');
create trigger refuse_change before delete or truncate on log.case_keys
    for each statement execute function log.refuse_change();
create trigger refuse_change before delete or truncate on log.notes
    for each statement execute function log.refuse_change();
alter table log.case_keys enable always trigger refuse_row_change;
alter table log.case_keys enable always trigger refuse_change;
alter table log.notes enable always trigger refuse_row_change;
alter table log.notes enable always trigger refuse_change;


-- Rights, by column where a column is the register's own to fill.
grant usage on schema log to journey_append, journey_import, journey_project, journey_read;

grant select on log.events, log.event_ids, log.codes_used, log.imports, log.migrations
    to journey_append, journey_import, journey_project, journey_read;
grant select on log.commands, log.case_keys, log.notes to journey_append, journey_import;

grant insert (originator_id, originator_version, topic, state) on log.events to journey_append, journey_import;
grant insert (claimed_at) on log.events to journey_import;
grant insert on log.event_ids to journey_append, journey_import;
grant insert (command_id, request, result, position) on log.commands to journey_append, journey_import;
grant insert (stream, wrapped) on log.case_keys to journey_append, journey_import;
grant insert (stream, text_hash, sealed) on log.notes to journey_append, journey_import;
grant insert (list, code, class, grp) on log.codes_used to journey_append, journey_import;
grant insert (sha256, lines, taken, known, mapping, not_cpr, first_position, last_position) on log.imports to journey_import;

do $$
begin
    execute format('grant temporary on database %I to journey_import, journey_project', current_database());
end
$$;


-- The rows that projections keep are made by the projector, and read by those who show them.
create schema rows authorization journey_project;
grant usage on schema rows to journey_append, journey_read;
alter default privileges for role journey_project in schema rows grant select on tables to journey_append, journey_read;
