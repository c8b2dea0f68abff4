-- Replies that were read wrongly, and what an agent says they meant: training learns from it. One row for a message, which
-- a later correction takes over.
create table corrections (
    inbound_id   blob not null primary key references inbox (id),
    -- what the correction did to the case
    decision_id  blob not null references decisions (id),
    reading      text not null check (json_valid(reading)),
    -- the question that the reply answered
    asked        text,
    corrected_by text not null,
    corrected_at text not null
) strict;
