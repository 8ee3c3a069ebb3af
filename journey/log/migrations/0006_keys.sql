-- The outer key can be changed: each case's key, wrapped, says in its third to tenth byte which outer key it is under, and while one is
-- being changed no key is stored under the one that goes. An id tells nothing of its key, which is never in the database.
create table log.outer_keys (
    number bigint generated always as identity primary key,
    id bytea not null check (octet_length(id) = 8),
    at timestamptz not null default statement_timestamp()
);
comment on table log.outer_keys is 'Each outer key that has taken over, by its id; the newest is the one that new keys of cases are wrapped under.';
create trigger refuse_change before update or delete or truncate on log.outer_keys
    for each statement execute function log.refuse_change();
create trigger refuse_row_change before update or delete on log.outer_keys
    for each row execute function log.refuse_change();
alter table log.outer_keys enable always trigger refuse_change;
alter table log.outer_keys enable always trigger refuse_row_change;
grant select on log.outer_keys to journey_append, journey_import;

-- Whether a wrapped key is under the newest outer key; any is while none has taken over.
create function log.is_under_newest(wrapped bytea) returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    newest bytea;
begin
    select k.id into newest from log.outer_keys k order by k.number desc limit 1;
    return newest is null or substr(wrapped, 3, 8) = newest;
end
$$;

create function log.check_outer_key() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.wrapped is not null and not log.is_under_newest(new.wrapped) then
        raise exception 'a key of a case is wrapped under an outer key that another has taken over from' using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger check_outer_key before insert on log.case_keys for each row execute function log.check_outer_key();
alter table log.case_keys enable always trigger check_outer_key;

-- A key may be destroyed, or be wrapped again under the newest outer key, by the owner; nothing else about it changes.
create function log.refuse_all_but_rotation() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'wrapped' = to_jsonb(old) - 'wrapped' and (
        new.wrapped is null or old.wrapped is not null and octet_length(new.wrapped) = 70
        and exists (select from log.outer_keys) and log.is_under_newest(new.wrapped)
    ) then
        return new;
    end if;
    raise exception '% of %.% is refused: a key may be erased or wrapped again, not changed', tg_op, tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;
drop trigger refuse_row_change on log.case_keys;
create trigger refuse_row_change before update or delete on log.case_keys
    for each row execute function log.refuse_all_but_rotation();
alter table log.case_keys enable always trigger refuse_row_change;
