-- An import gives the positions and moments of its events itself, so that none of them is looked up row by row. What it gives must be
-- what the register would have given: held by one check a statement, for whoever may give them. The appender may not.
grant insert (notification_id, known_at) on log.events to journey_import;

drop trigger place_event on log.events;
create trigger place_event before insert on log.events
    for each row when (new.notification_id is null) execute function log.place_event();

-- The rule of log.place_event, of each row and the one before it; that of the statement's first is the newest there was.
create function log.check_positions() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
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
        or r.known_at is distinct from case
            when r.ours and r.claimed_at is null then r.known_before
            else greatest(r.known_before, coalesce(r.claimed_at, statement_timestamp()))
        end
    limit 1;
    if found then
        raise exception 'position % or its moment is not the next one', wrong using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger check_positions after insert on log.events referencing new table as written
    for each statement when (has_column_privilege('log.events', 'notification_id', 'insert'))
    execute function log.check_positions();
