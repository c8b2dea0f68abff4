-- What a second person said of a version of the operator's own texts, in order. The last word on a version counts. Never
-- changed.
create table template_approvals (
    seq      integer not null primary key autoincrement,
    name     text    not null,
    language text    not null,
    -- of the whole source, in SHA-256
    hash     text    not null,
    source   text    not null,
    author   text    not null,
    act      text    not null check (act in ('approve', 'withdraw')),
    acted_by text    not null,
    reason   text,
    at       text    not null
) strict;
create index template_approvals_of_version on template_approvals (hash, seq);

-- The version of the text of a message, and of the frame around it; empty for what was written before versions were kept.
alter table outbox add column version_hash text not null default '';
alter table outbox add column frame_hash text not null default '';
