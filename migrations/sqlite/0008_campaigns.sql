-- Campaigns: one reminder to many. planning -> planned -> running <-> paused -> finished, or stopped for good.
create table campaigns (
    id           blob not null primary key,
    creditor_key text not null,
    name         text not null,
    -- whom it takes, its pace, its variants: as it was planned
    plan         text not null check (json_valid(plan)),
    state        text not null check (state in ('planning', 'planned', 'running', 'paused', 'stopped', 'finished')),
    planned_by   text not null,
    planned_at   text not null,
    -- who last started, paused, resumed or stopped it, and when
    changed_by   text not null,
    changed_at   text not null,
    unique (creditor_key, name)
) strict;
create index campaigns_running on campaigns (planned_at) where state = 'running';

-- Whom it takes, and what became of each: waiting for their turn, written to, left out by a rule, or left untouched to
-- compare with.
create table campaign_members (
    campaign_id blob not null references campaigns (id),
    case_id     blob not null references cases (id),
    arm         text not null,
    state       text not null check (state in ('waiting', 'written', 'left_out', 'control')),
    -- not before; the rule that holds them, or that left them out
    not_before  text not null,
    rule        text,
    decision_id blob references decisions (id),
    at          text not null,
    primary key (campaign_id, case_id)
) strict;
create index campaign_members_waiting on campaign_members (campaign_id, not_before, case_id) where state = 'waiting';
create index campaign_members_written on campaign_members (campaign_id, at) where state = 'written';
create index campaign_members_by_decision on campaign_members (decision_id) where decision_id is not null;
create index campaign_members_of_case on campaign_members (case_id);

-- The lots: whoever drew an arm keeps it, in every campaign that compares the same.
create table arms (
    experiment text not null,
    number     text not null,
    arm        text not null,
    drawn_at   text not null,
    primary key (experiment, number)
) strict, without rowid;

-- A stop button is a creditor's: campaigns are paused in their own table.
create table halts_of_creditors (
    creditor_key text not null primary key,
    pressed_by   text not null,
    pressed_at   text not null
) strict;
insert into halts_of_creditors select creditor_key, pressed_by, pressed_at from halts where campaign = '';
drop table halts;
alter table halts_of_creditors rename to halts;

-- How many demands a sender handed over in the last minute.
create index outbox_of_decision on outbox (decision_id) where decision_id is not null;
create index outbox_of_sender on outbox (sender, first_attempt_at) where purpose = 'demand';
