-- Sign-in by the municipality's own login: sign-ins under way, sessions, logouts that the login has told of, and the two halves of the
-- emergency account. Secrets stand here as their SHA-256 only; one role of its own reads and writes them.
create schema if not exists access;

create table access.sign_ins (
    state bytea primary key check (octet_length(state) = 32),
    browser bytea not null check (octet_length(browser) = 32),
    nonce text not null,
    verifier text not null,
    page text not null,
    at timestamptz not null
);
comment on table access.sign_ins is 'Sign-ins under way: each is deleted when it is answered, or after some minutes.';
create index on access.sign_ins (at);

create table access.sessions (
    id bytea primary key check (octet_length(id) = 32),
    kind text not null check (kind in ('login', 'emergency')),
    subject text not null,
    sid text,
    person text not null,
    role text,
    claims jsonb not null,
    id_token text,
    opened timestamptz not null,
    used timestamptz not null,
    until timestamptz not null check (until > opened),
    ended timestamptz,
    why text check (why in ('signed_out', 'login_ended', 'idle', 'over', 'stopped')),
    check ((ended is null) = (why is null)),
    check (ended is null or id_token is null)
);
comment on table access.sessions is 'Sessions of browsers: who, in which role, and what the login said of them that their roles come from.';
create index on access.sessions (sid) where ended is null;
create index on access.sessions (subject) where ended is null;
create index on access.sessions (until);

create table access.logouts (
    token bytea primary key check (octet_length(token) = 32),
    subject text,
    sid text,
    issued timestamptz not null,
    at timestamptz not null,
    check (subject is not null or sid is not null)
);
comment on table access.logouts is 'Logouts that the login has told of: none is used twice, and none is forgotten by a sign-in that came late.';
create index on access.logouts (at);

create table access.emergency_halves (
    half bytea primary key check (octet_length(half) = 32),
    pair bigint not null,
    person text not null,
    made timestamptz not null,
    ended timestamptz,
    why text check (why in ('used', 'replaced')),
    check ((ended is null) = (why is null))
);
comment on table access.emergency_halves is 'The emergency account: two secrets of one pair, given to two people, both good once and together.';

grant usage on schema access to journey_session;
grant select, insert, delete on access.sign_ins, access.logouts to journey_session;
grant select, insert, delete on access.sessions to journey_session;
grant update (used, role, ended, why, id_token) on access.sessions to journey_session;
grant select, insert on access.emergency_halves to journey_session;
grant update (ended, why) on access.emergency_halves to journey_session;
