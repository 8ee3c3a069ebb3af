-- Roles: the role files that are proposed, who has signed each, the one-time tokens that the first is signed by, and what was answered about
-- the rights of the one in force. That one stands in the register's acts, whole; here it stands how it came there. Nothing is changed or
-- deleted. One role of its own reads and writes them.
create schema if not exists access;

create table access.role_proposals (
    number bigint generated always as identity primary key,
    at timestamptz not null default statement_timestamp(),
    person text collate "C" not null,
    based_on bigint not null check (based_on >= 0),
    file text not null check (length(file) between 1 and 50000)
);
comment on table access.role_proposals is 'Role files proposed: based_on is the act by which the file in force then was, 0 where there was none.';

create table access.role_tokens (
    token bytea primary key check (octet_length(token) = 32),
    pair bigint not null,
    made_by text collate "C" not null,
    at timestamptz not null default statement_timestamp(),
    until timestamptz not null check (until > at)
);
comment on table access.role_tokens is 'One-time tokens, two a pair, by their SHA-256; one that stands in a signature is used.';

create table access.role_signatures (
    proposal bigint not null references access.role_proposals,
    person text collate "C" not null,
    at timestamptz not null default statement_timestamp(),
    token bytea unique references access.role_tokens,
    primary key (proposal, person)
);
comment on table access.role_signatures is 'Who has signed a proposal: two people take it into force.';

create table access.role_withdrawals (
    proposal bigint primary key references access.role_proposals,
    person text collate "C" not null,
    at timestamptz not null default statement_timestamp()
);
comment on table access.role_withdrawals is 'Proposals taken back.';

create table access.role_answers (
    number bigint generated always as identity primary key,
    at timestamptz not null default statement_timestamp(),
    person text collate "C" not null,
    name text not null,
    unit text collate "C" not null,
    grant_hash bytea not null check (octet_length(grant_hash) = 32),
    answer text collate "C" not null check (answer in ('right', 'take_away'))
);
comment on table access.role_answers is 'Attestations: of a right of the role file in a unit (empty where it has none), by its content, whether it is still right.';

do $$
declare
    name text;
begin
    foreach name in array array['role_proposals', 'role_tokens', 'role_signatures', 'role_withdrawals', 'role_answers'] loop
        execute format('create trigger refuse_change before update or delete or truncate on access.%I
            for each statement execute function log.refuse_change()', name);
        execute format('create trigger refuse_row_change before update or delete on access.%I
            for each row execute function log.refuse_change()', name);
        execute format('alter table access.%I enable always trigger refuse_change', name);
        execute format('alter table access.%I enable always trigger refuse_row_change', name);
    end loop;
end
$$;

-- Whoever may add acts still takes no role file into force that two people have not signed: the file, word for word, of a proposal that
-- follows the act before, signed by exactly those whom the act names.
create function access.check_roles_act() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    act jsonb := split_part(new.line, E'\t', 1)::jsonb;
    newest bigint;
begin
    if act ->> 'kind' is distinct from 'roles_in_force' then
        return null;
    end if;
    select coalesce(max(a.number), 0) into newest from log.register_acts a
        where a.number < new.number and split_part(a.line, E'\t', 1)::jsonb ->> 'kind' = 'roles_in_force';
    if jsonb_array_length(act -> 'who') is distinct from 2 or not exists (
        select from access.role_proposals p
        where p.number = (act #>> '{what,proposal}')::bigint and p.file = act #>> '{what,file}' and p.based_on = newest
            and encode(sha256(convert_to(p.file, 'UTF8')), 'hex') = act #>> '{what,sha256}'
            and not exists (select from access.role_withdrawals w where w.proposal = p.number)
            and 2 = (select count(*) from access.role_signatures s where s.proposal = p.number and act -> 'who' ? s.person)
    ) then
        raise exception 'act % takes a role file into force that two people have not signed', new.number
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end
$$;
create trigger check_roles_act after insert on log.register_acts for each row execute function access.check_roles_act();
alter table log.register_acts enable always trigger check_roles_act;

grant usage on schema access, log to journey_roles;
grant select on access.role_proposals, access.role_tokens, access.role_signatures, access.role_withdrawals, access.role_answers
    to journey_roles;
grant insert (person, based_on, file) on access.role_proposals to journey_roles;
grant insert (proposal, person, token) on access.role_signatures to journey_roles;
grant insert (proposal, person) on access.role_withdrawals to journey_roles;
grant insert (person, name, unit, grant_hash, answer) on access.role_answers to journey_roles;
grant select, insert on log.register_acts to journey_roles;
-- Tokens are made by the database's owner alone: the program that serves the pages cannot give itself any.
