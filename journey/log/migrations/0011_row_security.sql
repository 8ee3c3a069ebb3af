-- Row security: which rows of cases a reader is shown is told by the database itself, by the settings of the reader's transaction
-- (`journey.person`, `journey.reach`, `journey.units`, set by `set_config(…, true)`). Without them no row is shown. A setting is read inside a
-- sub-select, so that it is read once a statement and not once a row.
create schema if not exists access;

create table access.cases (
    case_id text collate "C" primary key,
    unit text collate "C" not null,
    protected boolean not null default false
);
comment on table access.cases is 'Each case of the log with the unit that it is in now, empty where none is known: by it every other table tells who may read a row. Kept with the rows, in the transaction that moves their position.';
create index cases_unit on access.cases (unit);

create table access.grants (
    id bigint generated always as identity primary key,
    case_id text collate "C" not null,
    person text collate "C" not null,
    kind text collate "C" not null check (kind in ('grant', 'emergency')),
    purpose text not null,
    granted_by text collate "C" not null,
    from_at timestamptz not null default statement_timestamp(),
    until timestamptz not null,
    check (until > from_at)
);
comment on table access.grants is 'Named access of one person to one case, from one moment to another: granted, or opened in an emergency.';
create index grants_person on access.grants (person, case_id);

grant usage on schema access to journey_read, journey_project;
grant select on access.cases, access.grants to journey_read;
grant select, insert, update on access.cases to journey_project;

create policy reader on access.grants for select to journey_read using (
    person = (select nullif(current_setting('journey.person', true), ''))
    or (select current_setting('journey.reach', true)) = 'everything'
);
create policy follower on access.cases to journey_project using (true) with check (true);
create policy reader on access.cases for select to journey_read using (
    (select current_setting('journey.reach', true)) = 'everything'
    or not protected and (
        (select current_setting('journey.reach', true)) = 'all'
        or (select current_setting('journey.reach', true)) = 'units' and unit <> ''
            and unit = any ((select string_to_array(current_setting('journey.units', true), ','))::text[])
    )
    or (select current_setting('journey.reach', true)) in ('units', 'all') and exists (
        select from access.grants g
        where g.case_id = cases.case_id and g.person = (select current_setting('journey.person', true))
            and g.from_at <= now() and g.until > now()
    )
);

-- The reader's policy of a table of cases: whoever reads everything, everything; what is no citizen's (`stream:…`), whoever has any context;
-- a case's rows, whoever is shown the case in access.cases, whose own policy holds inside this one.
do $$
declare
    of_cases text[] := array['log.events originator_id', 'log.event_ids stream', 'log.case_keys stream', 'log.notes stream'];
    place text;
    name text;
    key text;
begin
    foreach place in array of_cases loop
        name := split_part(place, ' ', 1);
        key := split_part(name, '.', 2) || '.' || split_part(place, ' ', 2);
        execute format($policy$
            create policy reader on %1$s for select to journey_read using (
                (select current_setting('journey.reach', true)) = 'everything'
                or (select current_setting('journey.reach', true)) in ('none', 'units', 'all')
                    and %2$s >= 'stream:' and %2$s < 'stream;'
                or exists (select from access.cases c where c.case_id = %2$s)
            )$policy$, name, key);
    end loop;
end
$$;

-- A row of a delivery is a case's by the events that it gave. (The bounds are made apart: a function of columns is not used to look up
-- rows that may have to be kept back.)
create policy reader on log.gone_rows for select to journey_read using (
    (select current_setting('journey.reach', true)) = 'everything'
    or exists (
        select from (
            select d.source, gone_rows.sheet || ':' || gone_rows.name || ':' as first, gone_rows.sheet || ':' || gone_rows.name || ';' as after
            from log.deliveries d where d.id = gone_rows.delivery offset 0
        ) g join log.event_ids e
            on e.source = g.source and e.source_id >= g.first collate "C" and e.source_id < g.after collate "C"
    )
);

-- The number of a citizen is looked for before it is known whose case it is: by whoever has the reach of any case. What the pseudonym then
-- leads to is told by the policies of the cases.
create policy reader on identity.numbers for select to journey_identity using (
    (select current_setting('journey.reach', true)) in ('units', 'all', 'everything')
);
create policy import on identity.numbers for insert to journey_import with check (true);

-- Those who write the log, fold it, seal it or count all of it read it whole; the rights on each table say how much of it they may.
create policy append on log.events to journey_append using (true) with check (true);
create policy append on log.event_ids to journey_append using (true) with check (true);
create policy append on log.commands to journey_append using (true) with check (true);
create policy append on log.case_keys to journey_append using (true) with check (true);
create policy append on log.notes to journey_append using (true) with check (true);
create policy import on log.events to journey_import using (true) with check (true);
create policy import on log.event_ids to journey_import using (true) with check (true);
create policy import on log.commands to journey_import using (true) with check (true);
create policy import on log.case_keys to journey_import using (true) with check (true);
create policy import on log.notes to journey_import using (true) with check (true);
create policy import on log.gone_rows to journey_import using (true) with check (true);
create policy follower on log.events for select to journey_project using (true);
create policy follower on log.event_ids for select to journey_project using (true);
create policy follower on log.gone_rows for select to journey_project using (true);
create policy seal on log.events for select to journey_seal using (true);
create policy seal on log.notes for select to journey_seal using (true);
create policy figures on log.events for select to journey_figures using (true);
create policy figures on log.event_ids for select to journey_figures using (true);
create policy figures on log.gone_rows for select to journey_figures using (true);
-- The owner wraps the keys of cases again under another outer key, which is not in the database, or destroys one.
create policy owner on log.case_keys to current_user using (true) with check (true);

-- The text of a note is read as the case is; who writes notes reads none. A number that is stored is not read by who stores it.
grant select on log.notes, log.case_keys to journey_read;
revoke select on log.notes from journey_append, journey_import;

do $$
declare
    name text;
begin
    foreach name in array array[
        'access.cases', 'access.grants', 'log.events', 'log.event_ids', 'log.commands', 'log.case_keys', 'log.notes', 'log.gone_rows',
        'identity.numbers'
    ] loop
        execute format('alter table %s enable row level security, force row level security', name);
    end loop;
    -- Rows of the time before are shown to nobody until they are made anew, with policies of their own.
    for name in select format('rows.%I', c.relname) from pg_class c
        where c.relnamespace = 'rows'::regnamespace and c.relkind = 'r' and c.relname <> 'progress'
    loop
        execute format('alter table %s enable row level security, force row level security', name);
    end loop;
end
$$;
