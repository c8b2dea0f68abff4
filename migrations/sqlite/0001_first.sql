-- Ids are UUIDv7 minted by the program's clock, and every time is bound by it: the database makes neither.
-- The file of the same name for PostgreSQL holds the same tables, columns and indexes. Here a UUID is a blob of 16 bytes,
-- a time is RFC 3339 text in UTC (which sorts by time), JSON is checked text, and every table is strict: a value of the
-- wrong type is refused, not stored.

-- A thread: all that is said with one number on behalf of one creditor. STOP and the talk belong to it, not to a case.
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
    unique (creditor_key, number),
    check ((suppressed_reason is null) = (suppressed_at is null))
) strict;
create index threads_of_number on threads (number);

-- A case: one debt of one debtor. state is the name in state_data, kept apart for reports to group by.
create table cases (
    id               blob    not null primary key,
    reference        text    not null,
    creditor_key     text    not null,
    thread_id        blob    not null references threads (id),
    jurisdiction     text    not null,
    debtor_name      text    not null,
    language         text    not null,
    zone             text    not null,
    segment          text    not null,
    email            text,
    postcode         text,
    invoice          text,
    amount_minor     integer not null,
    paid_minor       integer not null,
    currency         text    not null,
    issued_on        text,
    due_on           text    not null,
    letter_reference text,
    letter_sent_on   text,
    state            text    not null,
    state_data       text    not null check (json_valid(state_data)),
    created_at       text    not null,
    updated_at       text    not null,
    unique (creditor_key, reference),
    check ((letter_reference is null) = (letter_sent_on is null))
) strict;
create index cases_of_thread on cases (thread_id);
create index cases_by_change on cases (updated_at);

-- What we received, once each, exactly as it came. A carrier that delivers twice meets the unique key; a person whose
-- phone sends twice makes a row that repeats another one.
create table inbox (
    id           blob    not null primary key,
    gateway      text    not null,
    gateway_id   text    not null,
    thread_id    blob    references threads (id),
    case_id      blob    references cases (id),
    from_address text    not null,
    to_address   text    not null,
    body         text    not null,
    -- the webhook, byte for byte: evidence
    raw          blob    not null,
    reading      text    check (json_valid(reading)),
    -- empty until the message was dealt with
    outcome      text    check (outcome in ('applied', 'duplicate', 'unknown_sender', 'carrier_answered')),
    repeats      blob    references inbox (id),
    received_at  text    not null,
    unique (gateway, gateway_id)
) strict;
create index inbox_of_thread on inbox (thread_id, received_at);
create index inbox_of_sender on inbox (from_address, received_at);
create index inbox_unknown_senders on inbox (received_at) where outcome = 'unknown_sender';

-- Why the bot did what it did: what came in, the rules that decided, and the state on either side. Never changed.
create table decisions (
    id           blob    not null primary key,
    case_id      blob    not null references cases (id),
    inbound_id   blob    references inbox (id),
    stimulus     text    not null,
    rules        text    not null check (json_valid(rules)),
    state_before text    not null check (json_valid(state_before)),
    state_after  text    not null check (json_valid(state_after)),
    at           text    not null
) strict;
create index decisions_of_case on decisions (case_id, at);

-- What has happened, in order, for ever: reports and evidence read it. Never changed.
create table events (
    seq         integer not null primary key autoincrement,
    decision_id blob    not null references decisions (id),
    case_id     blob    not null references cases (id),
    name        text    not null,
    data        text    not null check (json_valid(data)),
    at          text    not null
) strict;
create index events_of_case on events (case_id, seq);
create index events_of_decision on events (decision_id);
create index events_by_name on events (name, at);

-- What we send. ready -> sending (leased by a worker) -> sent -> delivered | failed; or refused by the governor, recalled
-- before it left, or unknown when nobody can tell whether it left: that one is never sent again blindly.
create table outbox (
    id               blob    not null primary key,
    thread_id        blob    not null references threads (id),
    case_id          blob    references cases (id),
    decision_id      blob    references decisions (id),
    to_number        text    not null,
    sender           text    not null,
    body             text    not null,
    message          text    not null check (json_valid(message)),
    purpose          text    not null,
    language         text    not null,
    template         text    not null,
    segments         integer not null,
    state            text    not null check (state in
        ('ready', 'sending', 'sent', 'delivered', 'failed', 'refused', 'recalled', 'unknown')),
    -- the rule that held, refused or recalled it, or why we lost sight of it
    rule             text,
    due_at           text    not null,
    lease_until      text,
    attempts         integer not null,
    first_attempt_at text,
    gateway          text,
    -- not unique: a carrier that reuses an id must not keep us from writing down that a message left
    gateway_id       text,
    -- what the carrier last reported, and when we last learnt something after the hand-over
    status           text,
    code             text,
    status_at        text,
    created_at       text    not null,
    sent_at          text,
    check ((state = 'sending') = (lease_until is not null))
) strict;
create index outbox_due on outbox (due_at, created_at, id) where state = 'ready';
-- messages to one person leave in the order in which they were written
create index outbox_queue_of_thread on outbox (thread_id, created_at, id) where state in ('ready', 'sending');
create index outbox_leases on outbox (lease_until) where state = 'sending';
create index outbox_unknown on outbox (status_at) where state = 'unknown';
create index outbox_of_thread on outbox (thread_id, created_at);
create index outbox_by_gateway_id on outbox (gateway, gateway_id) where gateway_id is not null;

-- Alarms: one of each kind per case. A row leaves when it rings.
create table timers (
    case_id  blob    not null references cases (id),
    kind     text    not null,
    rings_at text    not null,
    primary key (case_id, kind)
) strict;
create index timers_due on timers (rings_at);

-- What only a person can do. One of a kind is open at a time per case; where there is no case, per thread; where there
-- is no thread either, per sender.
create table tasks (
    id          blob    not null primary key,
    case_id     blob    references cases (id),
    thread_id   blob    references threads (id),
    inbound_id  blob    references inbox (id),
    -- copied from the inbox so that the index below can see it
    sender      text,
    kind        text    not null,
    urgent      integer not null check (urgent in (0, 1)),
    due_on      text,
    call_back   text    check (json_valid(call_back)),
    opened_at   text    not null,
    resolved_at text,
    resolved_by text,
    note        text,
    check ((resolved_at is null) = (resolved_by is null))
) strict;
create unique index tasks_one_per_case on tasks (case_id, kind)
    where resolved_at is null and case_id is not null;
create unique index tasks_one_per_thread on tasks (thread_id, kind)
    where resolved_at is null and case_id is null and thread_id is not null;
create unique index tasks_one_per_sender on tasks (kind, coalesce(sender, ''))
    where resolved_at is null and case_id is null and thread_id is null;
create index tasks_open on tasks (opened_at) where resolved_at is null;
create index tasks_of_case on tasks (case_id, opened_at);

-- The debtor's page: whoever holds the token sees the case, so it expires.
create table links (
    token      text    not null primary key,
    case_id    blob    not null references cases (id),
    created_at text    not null,
    expires_at text    not null
) strict;
create index links_of_case on links (case_id, expires_at);

-- Money that came in, once each however often the provider says so.
create table payments (
    provider     text    not null,
    reference    text    not null,
    case_id      blob    not null references cases (id),
    amount_minor integer not null,
    currency     text    not null,
    means        text    not null,
    received_at  text    not null,
    primary key (provider, reference)
) strict;
create index payments_of_case on payments (case_id, received_at);
