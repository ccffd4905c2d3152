-- A process that drives runs. One lease for all of them, by the clock of the database: a process that does not renew it in
-- time has lost its runs, and one that is gone from here never had any.
create table worker (
  id uuid primary key,
  host text not null,
  pid integer not null,
  home text not null,
  version text not null,
  places integer not null,
  started_at timestamptz(3) not null default now(),
  lease_until timestamptz(3) not null
);
grant select, insert, update, delete on worker to rehearse_worker;

-- Who drives it; of a run that is `running` this names a worker whose lease holds, or the run is taken up by another one.
alter table run add column worker_id uuid;
