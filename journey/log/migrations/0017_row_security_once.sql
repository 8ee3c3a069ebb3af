-- The conditions of row security that are the same for every row are made once a statement, not compared row by row; and the grants of a
-- reader, who has few, are looked up once.
alter policy reader on access.cases using (
    (select current_setting('journey.reach', true) = 'everything')
    or not protected and (
        (select current_setting('journey.reach', true) = 'all')
        or unit = any ((select case when current_setting('journey.reach', true) = 'units'
            then array_remove(string_to_array(current_setting('journey.units', true), ','), '') end)::text[])
    )
    or (select current_setting('journey.reach', true) in ('units', 'all')) and case_id in (
        select g.case_id from access.grants g
        where g.person = (select current_setting('journey.person', true)) and g.from_at <= now() and g.until > now()
    )
);

do $$
declare
    place text;
    name text;
    key text;
begin
    foreach place in array array['log.events originator_id', 'log.event_ids stream', 'log.case_keys stream', 'log.notes stream'] loop
        name := split_part(place, ' ', 1);
        key := split_part(name, '.', 2) || '.' || split_part(place, ' ', 2);
        execute format($policy$
            alter policy reader on %1$s using (
                (select current_setting('journey.reach', true) = 'everything')
                or (select current_setting('journey.reach', true) in ('none', 'units', 'all')) and %2$s >= 'stream:' and %2$s < 'stream;'
                or exists (select from access.cases c where c.case_id = %2$s)
            )$policy$, name, key);
    end loop;
end
$$;
