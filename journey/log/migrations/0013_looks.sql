-- The log of looks (opslagsloggen): who saw what of which case, written and committed before the first byte of an answer leaves. Insert
-- only; what is older than the retention is dropped from its beginning, and by nobody before. Sealed in a Merkle log of its own, whose
-- leaves and roots stay when rows are dropped.
create schema if not exists access;

create table access.looks (
    number bigint primary key,
    at timestamptz not null,
    request text collate "C" not null,
    person text collate "C" not null,
    client text collate "C",
    units text[] collate "C" not null default '{}',
    role text collate "C" not null,
    purpose text collate "C" not null,
    action text collate "C" not null check (action in (
        'read', 'list', 'search', 'export', 'decrypt', 'record', 'import', 'denied', 'read_log', 'retention'
    )),
    case_id text collate "C",
    term bytea check (octet_length(term) = 32),
    hits bigint check (hits >= 0)
);
comment on table access.looks is 'Each look at a case: one row a case that was shown; term: the keyed form of what was searched for; hits: how many there were.';
create index looks_case on access.looks (case_id, number);
create index looks_person on access.looks (person, number);
create index looks_at on access.looks (at);
create index looks_retention on access.looks (number) where action = 'retention';

-- Dense numbers in the order of commits, and moments that never go back: whoever inserts holds the lock until the transaction ends.
create function access.take_look_lock() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_catalog.pg_advisory_xact_lock(7220130);
    return null;
end
$$;
create function access.place_look() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    newest bigint;
    newest_at timestamptz;
begin
    select l.number, l.at into newest, newest_at from access.looks l order by l.number desc limit 1;
    new.number := coalesce(newest, 0) + 1;
    new.at := greatest(newest_at, statement_timestamp());
    return new;
end
$$;
create trigger take_look_lock before insert on access.looks for each statement execute function access.take_look_lock();
create trigger place_look before insert on access.looks for each row execute function access.place_look();

-- Nothing is changed, for the owner neither, and nothing younger than a month is dropped whatever the setting says.
create function access.refuse_young() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if old.at < statement_timestamp() - interval '1 month' then
        return old;
    end if;
    raise exception 'look % is too young to be dropped', old.number using errcode = 'insufficient_privilege';
end
$$;
create trigger refuse_change before update or truncate on access.looks for each statement execute function log.refuse_change();
create trigger refuse_row_change before update on access.looks for each row execute function log.refuse_change();
create trigger refuse_young before delete on access.looks for each row execute function access.refuse_young();
alter table access.looks enable always trigger take_look_lock;
alter table access.looks enable always trigger place_look;
alter table access.looks enable always trigger refuse_change;
alter table access.looks enable always trigger refuse_row_change;
alter table access.looks enable always trigger refuse_young;

-- The spot checks (stikprøver): which looks of a period were drawn, by a seed that draws the same again, and what came of each.
create table access.spot_checks (
    id bigint generated always as identity primary key,
    at timestamptz not null default statement_timestamp(),
    person text collate "C" not null,
    from_at timestamptz not null,
    to_at timestamptz not null check (to_at > from_at),
    seed text collate "C" not null,
    of_looks bigint not null,
    looks bigint[] not null
);
comment on table access.spot_checks is 'Each spot check: the period, the seed, and the numbers of the looks that it drew.';
create table access.spot_check_outcomes (
    spot_check bigint not null references access.spot_checks,
    look bigint not null,
    at timestamptz not null default statement_timestamp(),
    person text collate "C" not null,
    outcome text collate "C" not null check (outcome in ('ok', 'to_be_asked', 'breach')),
    primary key (spot_check, look, at)
);
comment on table access.spot_check_outcomes is 'What whoever reviewed a look of a spot check found; the newest of each counts.';
do $$
declare
    name text;
begin
    foreach name in array array['spot_checks', 'spot_check_outcomes'] loop
        execute format('create trigger refuse_change before update or delete or truncate on access.%I
            for each statement execute function log.refuse_change()', name);
        execute format('create trigger refuse_row_change before update or delete on access.%I
            for each row execute function log.refuse_change()', name);
        execute format('alter table access.%I enable always trigger refuse_change', name);
        execute format('alter table access.%I enable always trigger refuse_row_change', name);
    end loop;
end
$$;

-- The seal of the looks: the tables of the seal over again, in a schema of their own.
create schema seal_looks;
do $$
declare
    name text;
begin
    foreach name in array array['keys', 'tiles', 'checkpoints', 'cosignatures', 'handovers'] loop
        execute format('create table seal_looks.%1$I (like seal.%1$I including all)', name);
        execute format('create trigger refuse_change before %s on seal_looks.%I
            for each statement execute function log.refuse_change()',
            case name when 'tiles' then 'delete or truncate' else 'update or delete or truncate' end, name);
        execute format('alter table seal_looks.%I enable always trigger refuse_change', name);
    end loop;
end
$$;
create trigger only_grows before update or delete on seal_looks.tiles for each row execute function seal.only_grows();
alter table seal_looks.tiles enable always trigger only_grows;

-- The retention: what is older than so many months, and sealed, is dropped from the beginning, and a look says up to which number.
create function access.drop_looks(months integer, request text, purpose text) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    upto bigint;
begin
    if months < 1 then
        raise exception 'looks stay for a month at least' using errcode = 'invalid_parameter_value';
    end if;
    perform pg_advisory_xact_lock(7220130);
    select max(l.number) into upto from access.looks l
        where l.at < statement_timestamp() - make_interval(months => months)
        and l.number <= (select max(c.size) from seal_looks.checkpoints c);
    if upto is null then
        return 0;
    end if;
    insert into access.looks (request, person, role, purpose, action, hits)
        values (drop_looks.request, 'machine', 'machine', drop_looks.purpose, 'retention', upto);
    delete from access.looks l where l.number <= upto;
    return upto;
end
$$;

-- One role inserts looks and can do nothing else; one reads them and records spot checks; one drops what is too old, by the function.
alter table access.looks enable row level security;
create policy insert_looks on access.looks for insert to journey_look with check (action <> 'retention');
create policy read_looks on access.looks for select to journey_look_read using (
    (select current_setting('journey.reach', true)) in ('all', 'everything')
    or (
        (select current_setting('journey.reach', true)) = 'units'
        and units && (select string_to_array(nullif(current_setting('journey.units', true), ''), ','))
    )
);
create policy seal_looks on access.looks for select to journey_seal using (true);

revoke all on function access.drop_looks(integer, text, text) from public;
grant usage on schema access to journey_look, journey_look_read, journey_look_retention, journey_seal;
grant insert (request, person, client, units, role, purpose, action, case_id, term, hits) on access.looks to journey_look;
grant select on access.looks, access.spot_checks, access.spot_check_outcomes to journey_look_read;
grant insert (person, from_at, to_at, seed, of_looks, looks) on access.spot_checks to journey_look_read;
grant insert (spot_check, look, person, outcome) on access.spot_check_outcomes to journey_look_read;
grant execute on function access.drop_looks(integer, text, text) to journey_look_retention;
grant usage on schema log to journey_look_read;
grant select on log.migrations to journey_look_read;

grant select on access.looks to journey_seal;
grant usage on schema seal_looks to journey_seal, journey_look_read;
grant select on all tables in schema seal_looks to journey_seal, journey_look_read;
grant insert (vkey, kind, number) on seal_looks.keys to journey_seal;
grant insert, update (hashes) on seal_looks.tiles to journey_seal;
grant insert (size, root, signature, extension) on seal_looks.checkpoints to journey_seal;
