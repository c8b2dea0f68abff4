-- Text messages are not the only way to write. The number stays the person's, whatever the channel: it is by it that demands
-- are counted.
alter table outbox add column channel text not null default 'sms' check (channel in ('sms', 'email'));
-- for an e-mail: the address of the contract, what a list of messages shows of it, and the file that goes with it, by its
-- name in the folder of invoices
alter table outbox add column address text check ((channel = 'email') = (address is not null));
alter table outbox add column subject text check ((channel = 'email') = (subject is not null));
alter table outbox add column attachment text check (attachment is null or channel = 'email');

-- the step of the dunning plan that a task carries out: its number, its stage, and the day that a last notice gives
alter table tasks add column step text check (json_valid(step));
