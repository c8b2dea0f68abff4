-- An import: one file, or one body sent to us. Each case knows the one that opened it, so that it can be taken back.
create table imports (
    id          uuid        not null primary key,
    name        text        not null,
    -- of the bytes and of how they are read: an import that was interrupted is taken up again by whoever brings the same
    hash        text        not null,
    started_at  timestamptz not null,
    finished_at timestamptz,
    undone_at   timestamptz,
    lines       bigint      not null,
    added       bigint      not null,
    changed     bigint      not null,
    unchanged   bigint      not null,
    refused     bigint      not null
);
create index imports_by_start on imports (started_at);

-- What an import changed of a case that was there, before and after.
create table import_changes (
    import_id uuid        not null references imports (id),
    case_id   uuid        not null references cases (id),
    before    jsonb       not null,
    after     jsonb       not null,
    -- when the case had changed last before, so that what was changed earlier can be taken back in its turn
    case_at   timestamptz not null,
    at        timestamptz not null,
    undone_at timestamptz,
    primary key (import_id, case_id)
);
create index import_changes_of_case on import_changes (case_id);

-- The amount item by item; their sum is amount_minor.
alter table cases add column principal_minor bigint;
alter table cases add column interest_minor bigint;
alter table cases add column fees_minor bigint;
-- By what right the person's data are used, whence the number came and when, and the letter that was sent first.
alter table cases add column basis text check (basis in ('contract', 'legitimate_interest', 'consent'));
alter table cases add column number_source text;
alter table cases add column number_obtained_on date;
alter table cases add column letter_hash text;
alter table cases add column limitation_on date;
alter table cases add column import_id uuid references imports (id);

-- A case or a thread that is taken back must be known at once to be spoken of nowhere.
create index threads_of_focus on threads (focus_case) where focus_case is not null;
create index inbox_of_case on inbox (case_id) where case_id is not null;
create index outbox_of_case on outbox (case_id) where case_id is not null;
create index tasks_of_thread on tasks (thread_id) where thread_id is not null;
