-- The seal's key can be handed over to a new one: a root that both have signed, as a signed note that names both, and the new key's place
-- in the order. There is one key of each number, so that no two take over from the same one.
alter table seal.keys add column number integer not null default 0;
drop index seal.keys_log;
create unique index keys_log on seal.keys (number) where kind = 'log';
comment on table seal.keys is 'The public keys that have signed, in the form that C2SP signed-note gives them; number: of the log''s, each after the one it took over from.';

create table seal.handovers (
    number integer primary key check (number > 0),
    size bigint not null references seal.checkpoints,
    note text collate "C" not null
);
comment on table seal.handovers is 'The roots at which the seal''s key was handed over, signed by both keys.';
create trigger refuse_change before update or delete or truncate on seal.handovers
    for each statement execute function log.refuse_change();
create trigger refuse_row_change before update or delete on seal.handovers
    for each row execute function log.refuse_change();
alter table seal.handovers enable always trigger refuse_change;
alter table seal.handovers enable always trigger refuse_row_change;

grant select on seal.handovers to journey_seal, journey_read;
grant insert on seal.handovers to journey_seal;
grant insert (number) on seal.keys to journey_seal;
