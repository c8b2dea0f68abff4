-- An import: one file, or one body sent to us. Each case knows the one that opened it, so that it can be taken back.
create table imports (
    id          blob    not null primary key,
    name        text    not null,
    -- of the bytes and of how they are read: an import that was interrupted is taken up again by whoever brings the same
    hash        text    not null,
    started_at  text    not null,
    finished_at text,
    undone_at   text,
    lines       integer not null,
    added       integer not null,
    changed     integer not null,
    unchanged   integer not null,
    refused     integer not null
) strict;
create index imports_by_start on imports (started_at);

-- What an import changed of a case that was there, before and after.
create table import_changes (
    import_id blob    not null references imports (id),
    case_id   blob    not null references cases (id),
    before    text    not null check (json_valid(before)),
    after     text    not null check (json_valid(after)),
    -- when the case had changed last before, so that what was changed earlier can be taken back in its turn
    case_at   text    not null,
    at        text    not null,
    undone_at text,
    primary key (import_id, case_id)
) strict;
create index import_changes_of_case on import_changes (case_id);

-- The amount item by item; their sum is amount_minor.
alter table cases add column principal_minor integer;
alter table cases add column interest_minor integer;
alter table cases add column fees_minor integer;
-- By what right the person's data are used, whence the number came and when, and the letter that was sent first.
alter table cases add column basis text check (basis in ('contract', 'legitimate_interest', 'consent'));
alter table cases add column number_source text;
alter table cases add column number_obtained_on text;
alter table cases add column letter_hash text;
alter table cases add column limitation_on text;
alter table cases add column import_id blob references imports (id);

-- A case or a thread that is taken back must be known at once to be spoken of nowhere.
create index threads_of_focus on threads (focus_case) where focus_case is not null;
create index inbox_of_case on inbox (case_id) where case_id is not null;
create index outbox_of_case on outbox (case_id) where case_id is not null;
create index tasks_of_thread on tasks (thread_id) where thread_id is not null;
