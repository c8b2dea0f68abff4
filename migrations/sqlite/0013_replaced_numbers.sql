-- The numbers that agents replaced, with a space between: a file that still gives one of them does not bring it back.
alter table cases add column replaced_numbers text;
