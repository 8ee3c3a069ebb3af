-- What every reader may know of the whole register without reading a case: how far the log is, when its events were recorded, how new each
-- source is. Each is a function with the rights of journey_figures, who reads every row and whom no login takes on; none gives a case, a
-- citizen or a worker. The functions that count (schema figures) are made by the program, which knows the figures' statements.
create schema facts authorization journey_figures;
create schema figures authorization journey_figures;

grant usage on schema log, rows to journey_figures;
grant select on log.events, log.event_ids, log.deliveries, log.gone_rows to journey_figures;
grant select on all tables in schema rows to journey_figures;
alter default privileges for role journey_project in schema rows grant select on tables to journey_figures;

set local role journey_figures;

-- The log's newest position and its moment; no row while the log is empty.
create function facts.head() returns table (place bigint, moment timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select e.notification_id, e.known_at from log.events e order by e.notification_id desc limit 1;
end
$$;

-- The moment at which the event at a position was recorded; null where there is none.
create function facts.moment_of(place bigint) returns timestamptz
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (select e.known_at from log.events e where e.notification_id = place);
end
$$;

-- The last position recorded at or before a moment, 0 where there is none. Moments never run backwards along the log, and its positions
-- have no holes, so that it is searched for by halves.
create function facts.position_at(wanted timestamptz) returns bigint
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    low bigint := 0;
    high bigint := coalesce((select e.notification_id from log.events e order by e.notification_id desc limit 1), 0);
    middle bigint;
begin
    while low < high loop
        middle := (low + high + 1) / 2;
        if (select e.known_at <= wanted from log.events e where e.notification_id = middle) then
            low := middle;
        else
            high := middle - 1;
        end if;
    end loop;
    return low;
end
$$;

-- Whether an event of a source between two names is in the log.
create function facts.has_source(first text, after text) returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return exists (select from log.event_ids e where e.source > first collate "C" and e.source < after collate "C");
end
$$;

-- For each source, the moment of its newest event of a case up to a position; notes and streams do not count. One look into an index a source.
create function facts.newest_moments(upto bigint) returns table (source text, moment timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query with recursive sources (name) as (
        (select e.source from log.event_ids e where e.kind <> 'note_added' and e.stream not like 'stream:%' order by e.source limit 1)
        union all
        select (
            select e.source from log.event_ids e
            where e.kind <> 'note_added' and e.stream not like 'stream:%' and e.source > name order by e.source limit 1
        ) from sources where name is not null
    )
    select name, known_at from sources cross join lateral (
        select e.position from log.event_ids e
        where e.kind <> 'note_added' and e.stream not like 'stream:%' and e.source = name and e.position <= upto
        order by e.position desc limit 1
    ) newest join log.events on notification_id = position;
end
$$;

-- The mark of the event at a position: another event there, or one that came to be known at another time, has another.
create function facts.mark_of(place bigint) returns text
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (
        select concat(e.notification_id, ':', e.tableoid, ':', encode(sha256(convert_to(concat_ws('|', e.originator_id,
            e.originator_version, e.topic, extract(epoch from e.known_at)), 'UTF8') || e.state), 'hex'))
        from log.events e where e.notification_id = place
    );
end
$$;

-- How many rows are gone from each source's newest delivery as known at a position, and stay; by sheet.
create function facts.gone_at(upto bigint) returns table (delivery bigint, source text, sheet text, gone bigint, taken_at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select n.id, n.source, g.sheet, count(*), n.taken_at
    from (
        select distinct on (d.source) d.id, d.source, d.taken_at from log.deliveries d
        where d.undoes is null and d.position <= upto
            and not exists (select from log.deliveries u where u.undoes = d.id and u.position <= upto)
        order by d.source, d.taken_at desc, d.id desc
    ) n join log.gone_rows g on g.delivery = n.id
    group by n.id, n.source, g.sheet, n.taken_at order by n.source, g.sheet;
end
$$;

revoke all on all functions in schema facts from public;
grant usage on schema facts to journey_append, journey_import, journey_project, journey_read, journey_seal, journey_identity;
grant execute on all functions in schema facts
    to journey_append, journey_import, journey_project, journey_read, journey_seal, journey_identity;
reset role;
