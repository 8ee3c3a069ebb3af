-- Deliveries of a municipality's own sheets: what was taken of which source, at which moment, by whom and by which mapping. No file's
-- name stands here, which may be a person's. An undone delivery stays, and the one that undoes it names it.
create table log.deliveries (
    id bigint generated always as identity primary key,
    at timestamptz not null default statement_timestamp(),
    source text collate "C" not null,
    taken_at timestamptz not null,
    who text collate "C" not null,
    mapping text,
    mapping_sha256 bytea,
    files jsonb not null,
    numbers jsonb not null,
    allow_gone bigint,
    position bigint not null,
    first_position bigint,
    last_position bigint,
    undoes bigint unique references log.deliveries
);
comment on table log.deliveries is 'Each delivery taken, and each undoing of one: source, moment, hashes, numbers, and the positions that it was recorded at; position: the log''s end after it.';
create index deliveries_source on log.deliveries (source, taken_at, id);

create table log.gone_rows (
    delivery bigint not null references log.deliveries,
    sheet text collate "C" not null,
    name text collate "C" not null,
    primary key (delivery, sheet, name)
);
comment on table log.gone_rows is 'The rows that a delivery no longer has and that stay: a finding until they are back or withdrawn.';

do $$
declare
    name text;
begin
    foreach name in array array['deliveries', 'gone_rows'] loop
        execute format('create trigger refuse_change before update or delete or truncate on log.%I
            for each statement execute function log.refuse_change()', name);
        execute format('create trigger refuse_row_change before update or delete on log.%I
            for each row execute function log.refuse_change()', name);
        execute format('alter table log.%I enable always trigger refuse_change', name);
        execute format('alter table log.%I enable always trigger refuse_row_change', name);
    end loop;
end
$$;

grant select on log.deliveries, log.gone_rows to journey_append, journey_import, journey_project, journey_read;
grant insert (source, taken_at, who, mapping, mapping_sha256, files, numbers, allow_gone, position, first_position, last_position, undoes)
    on log.deliveries to journey_import;
grant insert on log.gone_rows to journey_import;
