-- A payment is known by who reported it and their reference; which way the money went, the day on which it was received,
-- and the receipt: its number among the payments of the case, what it paid of each item, and what was left.
create table payments_received (
    provider        text    not null,
    reference       text    not null,
    case_id         blob    not null references cases (id),
    kind            text    not null check (kind in ('payment', 'reversal')),
    amount_minor    integer not null,
    currency        text    not null,
    means           text    not null,
    received_on     text    not null,
    number          integer not null,
    principal_minor integer,
    interest_minor  integer,
    fees_minor      integer,
    balance_minor   integer not null,
    recorded_at     text    not null,
    primary key (provider, reference)
) strict;
insert into payments_received (provider, reference, case_id, kind, amount_minor, currency, means, received_on, number,
    balance_minor, recorded_at)
select p.provider, p.reference, p.case_id, 'payment', p.amount_minor, p.currency, p.means, date(p.received_at),
    row_number() over of_case, max(0, c.amount_minor - sum(p.amount_minor) over of_case), p.received_at
from payments p join cases c on c.id = p.case_id
window of_case as (partition by p.case_id order by p.received_at, p.provider, p.reference);
drop table payments;
alter table payments_received rename to payments;
create index payments_of_case on payments (case_id, number);

-- What an import of payments wrote down, and how the case was before, so that it can be taken back.
create table import_payments (
    import_id    blob    not null references imports (id),
    seq          integer not null,
    provider     text    not null,
    reference    text    not null,
    case_id      blob    not null references cases (id),
    paid_before  integer not null,
    state_before text    not null check (json_valid(state_before)),
    -- when the case had changed last before, and when the payment changed it
    case_at      text    not null,
    at           text    not null,
    primary key (import_id, seq)
) strict;
create index import_payments_by_reference on import_payments (provider, reference);
create index import_payments_of_case on import_payments (case_id);

-- What a file holds: cases, or the payments of cases.
alter table imports add column kind text not null default 'cases' check (kind in ('cases', 'payments'));

-- A payment may name the invoice alone.
create index cases_of_invoice on cases (creditor_key, invoice) where invoice is not null;

-- The day of the balance that the amount was taken from: it may hold what was received until then.
alter table cases add column balance_on text;

-- The number given last to a payment of the case: one that is taken back takes its number with it.
alter table cases add column payments_numbered integer not null default 0;
update cases set payments_numbered = (select count(*) from payments p where p.case_id = cases.id)
where id in (select case_id from payments);
