-- The identity vault: the CPR number of each citizen, encrypted under keys that are derived from the identity key outside the database, and
-- with the citizen's pseudonym bound in. The import writes it and reads nothing of it; one role of its own reads it.
create schema identity;

-- The identity key of this register, by an id that tells nothing of it: pseudonyms under two keys would make two citizens of each.
create table identity.key (
    only_one boolean primary key default true check (only_one),
    id bytea not null check (octet_length(id) = 8),
    at timestamptz not null default statement_timestamp()
);
comment on table identity.key is 'The id of the identity key that the register''s pseudonyms are made under; one for good.';

create table identity.numbers (
    pseudonym text collate "C" primary key,
    number_index bytea not null unique check (octet_length(number_index) = 32),
    sealed bytea,
    at timestamptz not null default statement_timestamp()
);
comment on table identity.numbers is 'The CPR number of each citizen: a keyed index that it is found by, and its ten digits encrypted; null once erased.';

create trigger refuse_change before update or delete or truncate on identity.key
    for each statement execute function log.refuse_change();
create trigger refuse_row_change before update or delete on identity.key
    for each row execute function log.refuse_change();
create trigger refuse_row_change before update or delete on identity.numbers
    for each row execute function log.refuse_all_but_erasure('sealed');
create trigger refuse_change before delete or truncate on identity.numbers
    for each statement execute function log.refuse_change();
alter table identity.key enable always trigger refuse_change;
alter table identity.key enable always trigger refuse_row_change;
alter table identity.numbers enable always trigger refuse_row_change;
alter table identity.numbers enable always trigger refuse_change;

grant usage on schema identity to journey_import, journey_identity;
grant select on identity.key to journey_import, journey_identity;
grant insert (id) on identity.key to journey_import;
grant insert (pseudonym, number_index, sealed) on identity.numbers to journey_import;
grant select on identity.numbers to journey_identity;
