-- What the governor said of each message that was about to leave, in order; the same word twice running is written once.
-- Never changed.
create table verdicts (
    seq       integer not null primary key autoincrement,
    outbox_id blob    not null references outbox (id),
    verdict   text    not null check (verdict in ('send', 'hold', 'refuse')),
    rule      text,
    -- when a message that is held is judged again
    until     text,
    at        text    not null,
    check ((verdict = 'hold') = (until is not null)),
    check ((verdict = 'send') = (rule is null))
) strict;
create index verdicts_of_message on verdicts (outbox_id, seq);

-- Stop buttons that are pressed: of a creditor when the campaign is empty.
create table halts (
    creditor_key text not null,
    campaign     text not null,
    pressed_by   text not null,
    pressed_at   text not null,
    primary key (creditor_key, campaign)
) strict;
