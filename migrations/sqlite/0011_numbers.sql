-- A number is looked for with its creditor and without: one index serves both when the number comes first, and an import
-- of a million lines writes one random index rather than two. The table is made anew, because SQLite keeps the index of a
-- unique constraint as long as the table; what refers to it is checked at the end.
pragma defer_foreign_keys = on;
create temp table threads_before as select * from threads;
drop table threads;
create table threads (
    id                blob    not null primary key,
    creditor_key      text    not null,
    number            text    not null,
    origin            text    not null,
    identity          text    not null,
    suppressed_reason text,
    suppressed_at     text,
    conversation      text    not null check (json_valid(conversation)),
    -- the case that an answer is about, when the thread has several; a thread is opened before its first case, so this is
    -- checked at the end of the transaction
    focus_case        blob    references cases (id) deferrable initially deferred,
    created_at        text    not null,
    unique (number, creditor_key),
    check ((suppressed_reason is null) = (suppressed_at is null))
) strict;
insert into threads (id, creditor_key, number, origin, identity, suppressed_reason, suppressed_at, conversation, focus_case, created_at)
select id, creditor_key, number, origin, identity, suppressed_reason, suppressed_at, conversation, focus_case, created_at
from threads_before order by id;
drop table threads_before;
create index threads_of_focus on threads (focus_case) where focus_case is not null;
