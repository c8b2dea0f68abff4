-- Money that an agent wrote down may come again in a file: the key of that line, so that each counts once.
alter table payments add column line_key text;
