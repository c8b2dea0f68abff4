-- A number is looked for with its creditor and without: one index serves both when the number comes first, and an import
-- of a million lines writes one random index rather than two.
drop index threads_of_number;
alter table threads drop constraint threads_creditor_key_number_key;
alter table threads add unique (number, creditor_key);
