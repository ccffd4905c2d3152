-- An access token names the epoch of its user at the sign-in: raising it ends every token that is out.
alter table app_user add column token_epoch integer not null default 0;
