-- When a run that waits for time goes on; null for one that waits for people alone.
alter table run add column wake_at timestamptz(3);
-- Over all tenants, and only of the runs that wait for time.
create index run_wake_at_idx on run (wake_at) where wake_at is not null;
