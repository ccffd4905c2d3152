-- What a graph reads besides its text: prompts, data sets, other graphs, personas. json, not jsonb: texts stay as they were.
alter table graph_version add column enclosures json not null default '{}';

-- What a matrix gave a run, and the digest of the graph that it made; null where the graph ran as it is.
alter table run add column matrix json;
alter table run add column graph_digest text;
