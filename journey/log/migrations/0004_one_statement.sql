-- An append is one statement: inserting takes the append lock and notifies the readers, so that no writer can forget either, and the
-- moment of an event is when the lock was had, not when it was asked for.
create or replace function log.take_append_lock() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_advisory_xact_lock(7220115), pg_notify('events', '');
    return null;
end
$$;

create or replace function log.place_event() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
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
        else greatest(newest_known, coalesce(new.claimed_at, clock_timestamp()))
    end;
    return new;
end
$$;

create or replace function log.check_positions() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    newest bigint;
    newest_known timestamptz;
    ours boolean;
    wrong bigint;
begin
    select e.notification_id, e.known_at, e.claimed_at is null and e.xmin = pg_current_xact_id()::xid
        into newest, newest_known, ours
        from log.events e where e.notification_id < (select min(w.notification_id) from written w)
        order by e.notification_id desc limit 1;
    select r.notification_id into wrong from (
        select w.notification_id, w.known_at, w.claimed_at,
            lag(w.notification_id, 1, coalesce(newest, 0)) over placed as before,
            lag(w.known_at, 1, newest_known) over placed as known_before,
            lag(w.claimed_at is null, 1, ours) over placed as ours
        from written w window placed as (order by w.notification_id)
    ) r
    where r.notification_id is distinct from r.before + 1
        or r.claimed_at > clock_timestamp()
        or case
            when r.claimed_at is not null then r.known_at is distinct from greatest(r.known_before, r.claimed_at)
            when r.ours then r.known_at is distinct from r.known_before
            else r.known_at not between greatest(r.known_before, statement_timestamp())
                and greatest(r.known_before, clock_timestamp())
        end
    limit 1;
    if found then
        raise exception 'position % or its moment is not the next one', wrong using errcode = 'check_violation';
    end if;
    return null;
end
$$;

-- The appender may not give positions; to ask for a right costs more than to ask for a name.
drop trigger check_positions on log.events;
create trigger check_positions after insert on log.events referencing new table as written
    for each statement when (current_user <> 'journey_append') execute function log.check_positions();

-- One index look-up an event however the plan was made, since the look-up is a value and not a join.
create or replace function log.check_versions() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    stream text;
    version bigint;
begin
    select w.originator_id, w.originator_version into stream, version from written w
        where w.originator_version > 1 and (
            select e.originator_version from log.events e
                where e.originator_id = w.originator_id and e.originator_version = w.originator_version - 1
        ) is null
        limit 1;
    if found then
        raise exception 'version % of % does not follow the one before', version, stream using errcode = 'check_violation';
    end if;
    return null;
end
$$;
