-- The register's acts: a restore declared, keys changed, roles taken into force, an erasure decided. They are no events: they have no
-- position and are not in the interchange. Each is one line of JSON (number, moment, kind, who, what, and the hash of the line before), a
-- tab, and the signature of the seal's key where the act needs one; the line is all there is of it, so that nothing can disagree with
-- what is sealed. The signed roots commit to them (`acts NUMBER HASH` under the root).
create table log.register_acts (
    number bigint primary key check (number > 0),
    line text collate "C" not null check (line !~ E'[\n\r]')
);
comment on table log.register_acts is 'What was decided about the register itself: one line an act, each with the hash of the one before.';

create function log.place_act() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    newest bigint;
    hashed text;
    act jsonb;
begin
    perform pg_advisory_xact_lock(7220119);
    select a.number, encode(sha256(convert_to(a.line, 'UTF8')), 'hex') into newest, hashed
        from log.register_acts a order by a.number desc limit 1;
    act := split_part(new.line, E'\t', 1)::jsonb;
    if new.number is distinct from coalesce(newest, 0) + 1
        or act -> 'number' is distinct from to_jsonb(new.number)
        or act ->> 'before' is distinct from coalesce(hashed, repeat('0', 64)) then
        raise exception 'act % does not follow the one before', new.number using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger place_act before insert on log.register_acts for each row execute function log.place_act();
create trigger refuse_change before update or delete or truncate on log.register_acts
    for each statement execute function log.refuse_change();
create trigger refuse_row_change before update or delete on log.register_acts
    for each row execute function log.refuse_change();
alter table log.register_acts enable always trigger place_act;
alter table log.register_acts enable always trigger refuse_change;
alter table log.register_acts enable always trigger refuse_row_change;

grant select on log.register_acts to journey_append, journey_import, journey_project, journey_read, journey_seal;
grant insert on log.register_acts to journey_append, journey_seal;

-- What a signed root commits to beside the tree: lines after the root (C2SP tlog-checkpoint), none where there are no acts.
alter table seal.checkpoints add column extension text collate "C" not null default '';
grant insert (extension) on seal.checkpoints to journey_seal;
