-- Protected cases (beskyttede sager): which cases are protected and why, who is blocked from which, which cases are linked so that they are
-- protected alike, and the named and the emergency access to a case, each with its end and its review. Nothing here is ever changed: what
-- has ended has a row of its own that ends it. No address and no name stands here.
create table access.protections (
    id bigint generated always as identity primary key,
    case_id text collate "C" not null,
    kind text collate "C" not null check (kind in ('name_and_address', 'employee_or_relative', 'sensitive')),
    source text not null check (length(source) between 1 and 80),
    since date not null,
    set_by text collate "C" not null,
    at timestamptz not null default statement_timestamp()
);
comment on table access.protections is 'Each protection of a case: why, who says so, from which day; it runs until a row of access.endings ends it.';
create index protections_case on access.protections (case_id);

create table access.blocked_persons (
    id bigint generated always as identity primary key,
    case_id text collate "C" not null,
    person text collate "C" not null,
    kind text collate "C" not null check (kind in ('own', 'relative')),
    set_by text collate "C" not null,
    at timestamptz not null default statement_timestamp()
);
comment on table access.blocked_persons is 'Each person who is never shown a case, in whatever role and whatever is granted: their own, or a relative''s.';
create index blocked_persons_person on access.blocked_persons (person, case_id);

create table access.links (
    id bigint generated always as identity primary key,
    case_id text collate "C" not null,
    other_case text collate "C" not null check (other_case <> case_id),
    kind text collate "C" not null check (kind in ('parent', 'household', 'merged')),
    set_by text collate "C" not null,
    at timestamptz not null default statement_timestamp()
);
comment on table access.links is 'Each link of two cases, as a child''s with a parent''s: one is protected while the other is. Two merged cases are linked by the log itself.';
create index links_case on access.links (case_id);
create index links_other_case on access.links (other_case);

create table access.endings (
    what text collate "C" not null check (what in ('protection', 'block', 'link', 'grant')),
    id bigint not null,
    ended_by text collate "C" not null,
    at timestamptz not null default statement_timestamp(),
    primary key (what, id)
);
comment on table access.endings is 'What has been ended of all this, by whom and when.';

alter table access.grants
    add column unit text collate "C" not null default '',
    add column reason text collate "C",
    add column review_due timestamptz,
    add constraint nobody_grants_himself check ((kind = 'emergency') = (granted_by = person)),
    add constraint emergency_is_short check (kind <> 'emergency' or until <= from_at + interval '24 hours'),
    add constraint emergency_is_reviewed check ((kind = 'emergency') = (reason is not null and review_due is not null));
comment on column access.grants.unit is 'The unit of an emergency access, whose leader reviews it: the case''s, or the person''s own where there is no such case.';

create table access.reviews (
    grant_id bigint primary key references access.grants,
    outcome text collate "C" not null check (outcome in ('justified', 'not_justified')),
    remark text not null check (length(remark) <= 80),
    reviewed_by text collate "C" not null,
    at timestamptz not null default statement_timestamp()
);
comment on table access.reviews is 'What came of each emergency access that was reviewed, and by whom: never by whoever opened it.';

do $$
declare
    name text;
begin
    foreach name in array array['protections', 'blocked_persons', 'links', 'endings', 'grants', 'reviews'] loop
        execute format('create trigger refuse_change before update or delete or truncate on access.%I
            for each statement execute function log.refuse_change()', name);
        execute format('create trigger refuse_row_change before update or delete on access.%I
            for each row execute function log.refuse_change()', name);
        execute format('alter table access.%I enable always trigger refuse_change', name);
        execute format('alter table access.%I enable always trigger refuse_row_change', name);
    end loop;
end
$$;

create function access.refuse_own_review() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if exists (select from access.grants g where g.id = new.grant_id and g.kind = 'emergency' and g.person <> new.reviewed_by) then
        return new;
    end if;
    raise exception 'an emergency access is reviewed by another than who opened it' using errcode = 'check_violation';
end
$$;
create trigger refuse_own_review before insert on access.reviews for each row execute function access.refuse_own_review();
alter table access.reviews enable always trigger refuse_own_review;


-- Whether a case is protected stands in access.cases, for the policies, and is kept there by whatever changes it. Whoever changes it holds
-- the lock alone, whoever adds cases holds it with others: a case is then never added beside a protection that does not see it.
create function access.take_lock() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if tg_argv[0] = 'shared' then
        perform pg_advisory_xact_lock_shared(7220145);
    else
        perform pg_advisory_xact_lock(7220145);
    end if;
    return null;
end
$$;

create function access.linked_cases(wanted text) returns setof text language sql stable set search_path = pg_catalog, pg_temp as $$
    with recursive linked (case_id) as (
        select wanted collate "C"
        union
        select (case l.case_id when linked.case_id then l.other_case else l.case_id end) collate "C"
        from linked join access.links l on l.case_id = linked.case_id or l.other_case = linked.case_id
        where not exists (select from access.endings e where e.what = 'link' and e.id = l.id)
    )
    select case_id from linked
$$;

create function access.is_protected(wanted text) returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    return exists (select from access.protections) and exists (
        select from access.linked_cases(wanted) linked (case_id) join access.protections p on p.case_id = linked.case_id
        where not exists (select from access.endings e where e.what = 'protection' and e.id = p.id)
    );
end
$$;

create function access.keep_protected(cases text[]) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    update access.cases c set protected = access.is_protected(c.case_id)
        where c.case_id in (select linked from unnest(cases) one (case_id), access.linked_cases(one.case_id) linked)
        and c.protected <> access.is_protected(c.case_id);
end
$$;

-- The follower's role keeps access.cases; so these have its rights, whoever protects a case or records a merge.
grant usage, create on schema access to journey_project;
grant select on access.protections, access.links, access.endings, access.blocked_persons, access.grants, access.reviews
    to journey_project;
grant insert (case_id, other_case, kind, set_by) on access.links to journey_project;
set local role journey_project;

create function access.place_case() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.protected := access.is_protected(new.case_id);
    return new;
end
$$;

create function access.protection_changed() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform access.keep_protected(array[new.case_id]);
    return null;
end
$$;
create function access.link_changed() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform access.keep_protected(array[new.case_id, new.other_case]);
    return null;
end
$$;
create function access.ended() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform access.keep_protected(array(
        select p.case_id from access.protections p where new.what = 'protection' and p.id = new.id
        union all select unnest(array[l.case_id, l.other_case]) from access.links l where new.what = 'link' and l.id = new.id
    ));
    return null;
end
$$;
create function access.link_merged() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    other text := convert_from(new.state, 'UTF8')::jsonb #>> '{data,case}';
begin
    if other <> new.originator_id and not exists (
        select from access.links l where l.case_id = new.originator_id and l.other_case = other and l.kind = 'merged'
    ) then
        insert into access.links (case_id, other_case, kind, set_by) values (new.originator_id, other, 'merged', 'journey');
    end if;
    return null;
end
$$;

-- The facts of a case that a reader's rights are told by, before anything of it is read; no row where there is no such case.
create function access.case_facts(wanted text, reader text)
    returns table (unit text, protected boolean, granted boolean, blocked boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select c.unit, c.protected,
        exists (
            select from access.grants g where g.case_id = c.case_id and g.person = reader and g.from_at <= now() and g.until > now()
            and not exists (select from access.endings e where e.what = 'grant' and e.id = g.id)
        ),
        exists (
            select from access.blocked_persons b where b.case_id = c.case_id and b.person = reader
            and not exists (select from access.endings e where e.what = 'block' and e.id = b.id)
        )
    from access.cases c where c.case_id = wanted collate "C";
end
$$;
-- How many emergency accesses wait for a review by somebody else than their person, and how many of them too long: those of the units, of
-- every unit where none are given.
create function access.reviews_waiting(units text[], reader text) returns table (waiting bigint, overdue bigint)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select count(*), count(*) filter (where g.review_due <= now()) from access.grants g
    where g.kind = 'emergency' and g.person <> reader and (units is null or g.unit = any (units))
        and not exists (select from access.reviews r where r.grant_id = g.id);
end
$$;
revoke all on function access.case_facts(text, text), access.reviews_waiting(text[], text) from public;
grant execute on function access.case_facts(text, text), access.reviews_waiting(text[], text) to journey_read;
reset role;
revoke create on schema access from journey_project;

create trigger take_lock before insert on access.cases for each statement execute function access.take_lock('shared');
create trigger place_case before insert on access.cases for each row execute function access.place_case();
create trigger take_lock before insert on access.protections for each statement execute function access.take_lock();
create trigger take_lock before insert on access.links for each statement execute function access.take_lock();
create trigger take_lock before insert on access.endings for each statement execute function access.take_lock();
create trigger protection_changed after insert on access.protections for each row execute function access.protection_changed();
create trigger link_changed after insert on access.links for each row execute function access.link_changed();
create trigger ended after insert on access.endings for each row execute function access.ended();
create trigger link_merged after insert on log.events for each row
    when (new.topic = 'merged_into') execute function access.link_merged();


-- Rights: one role protects, grants, links, blocks, ends and reviews, by adding rows; the reader is shown what is about themselves.
do $$
declare
    name text;
begin
    foreach name in array array['protections', 'blocked_persons', 'links', 'endings', 'reviews'] loop
        execute format('alter table access.%I enable row level security, force row level security', name);
    end loop;
    foreach name in array array['protections', 'blocked_persons', 'links', 'endings', 'grants', 'reviews'] loop
        execute format('create policy protect on access.%I to journey_protect using (true) with check (true)', name);
        execute format('create policy follower on access.%I for select to journey_project using (true)', name);
    end loop;
end
$$;
create policy merged on access.links for insert to journey_project with check (kind = 'merged');
create policy protect on access.cases for select to journey_protect using (true);
create policy reader on access.blocked_persons for select to journey_read using (
    person = (select nullif(current_setting('journey.person', true), ''))
);
create policy reader on access.endings for select to journey_read using (
    (select nullif(current_setting('journey.person', true), '')) is not null and what in ('grant', 'block')
);

grant usage on schema access, log to journey_protect;
grant select on access.cases, access.protections, access.blocked_persons, access.links, access.endings, access.grants, access.reviews
    to journey_protect;
grant insert (case_id, kind, source, since, set_by) on access.protections to journey_protect;
grant insert (case_id, person, kind, set_by) on access.blocked_persons to journey_protect;
grant insert (case_id, other_case, kind, set_by) on access.links to journey_protect;
grant insert (what, id, ended_by) on access.endings to journey_protect;
grant insert (case_id, person, kind, purpose, granted_by, until, unit, reason, review_due) on access.grants to journey_protect;
grant insert (grant_id, outcome, remark, reviewed_by) on access.reviews to journey_protect;
grant select on access.blocked_persons to journey_read;
grant select (what, id) on access.endings to journey_read;

-- Merges of the time before.
set local role journey_project;
insert into access.links (case_id, other_case, kind, set_by)
    select distinct merge.case_id, merge.other_case, 'merged', 'journey' from (
        select e.originator_id as case_id, convert_from(e.state, 'UTF8')::jsonb #>> '{data,case}' as other_case
        from log.events e where e.topic = 'merged_into'
    ) merge where merge.other_case <> merge.case_id;
reset role;

-- The reader's policy of access.cases (migrations 0011 and 0017), with who is blocked and what is ended. What a person is granted or blocked
-- from is looked up once a statement.
alter policy reader on access.cases using (
    (select current_setting('journey.reach', true) = 'everything')
    or case_id <> all (array(
        select b.case_id from access.blocked_persons b
        where b.person = (select nullif(current_setting('journey.person', true), ''))
        and not exists (select from access.endings e where e.what = 'block' and e.id = b.id)
    ))
    and (
        not protected and (
            (select current_setting('journey.reach', true) = 'all')
            or unit = any ((select case when current_setting('journey.reach', true) = 'units'
                then array_remove(string_to_array(current_setting('journey.units', true), ','), '') end)::text[])
        )
        or (select current_setting('journey.reach', true) in ('units', 'all')) and case_id in (
            select g.case_id from access.grants g
            where g.person = (select current_setting('journey.person', true)) and g.from_at <= now() and g.until > now()
            and not exists (select from access.endings e where e.what = 'grant' and e.id = g.id)
        )
    )
);
