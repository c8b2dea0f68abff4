-- How far a case is on its dunning plan: the step that is next, the day of the last one, and whether an agent keeps the
-- reminders back.
alter table cases add column dunning jsonb not null default '{}';
