-- Statements that must be refused: one a line, `\n` for a line break.
select 1; select 2
select 1; drop table users
;
insert into t values (1)
update t set a = 1
delete from t
merge into t using s on true when matched then delete
truncate t
drop table t
create table t (a int)
create temp table t as select 1
alter table t add column b int
grant all on t to public
copy t to '/tmp/x'
copy t to program 'id'
copy (select 1) to stdout
do 'begin end'
do $$ begin perform 1; end $$
set transaction_read_only = off
set statement_timeout = 0
reset all
begin read write
begin; insert into t values (1); commit
commit
start transaction read write
lock t in access share mode
vacuum
analyze
explain analyze delete from t
explain select 1
listen a
notify a
prepare p as delete from t
execute p
declare c cursor for select 1
refresh materialized view v
reindex table t
cluster t
call p()
select * into t2 from t
select into t2 from t
with d as (delete from t returning *) select * from d
with d as (select 1) select * from d
select pg_sleep(10)
select PG_SLEEP(10)
select "pg_sleep"(10)
select pg_catalog.pg_sleep(10)
select * from pg_sleep(10)
select pg_terminate_backend(1)
select pg_cancel_backend(pid) from pg_stat_activity
select pg_advisory_lock(1)
select lo_create(0)
select lo_export(1, '/tmp/x')
select lo_import('/etc/passwd')
select pg_read_file('/etc/passwd')
select pg_ls_dir('/')
select nextval('s')
select setval('s', 1)
select set_config('transaction_read_only', 'off', false)
select pg_reload_conf()
select pg_switch_wal()
select pg_notify('a', 'b')
select dblink('host=x', 'delete from t')
select query_to_xml('delete from t', true, true, '')
select txid_current()
select random()
select pg_stat_reset()
select f(1)
select s.f(1)
select 1 for update
select * from t for share
select * from t for no key update
select passwd from pg_shadow
select rolpassword from pg_authid
values (1)
table t
select 1 union select 2
select 1 -- and more
select 1 /* hidden */
select /*! 1 */ 1
\! id
select 1 \g |id
select 1\n\! id
select :'x'
select :x
select $1
select `id`
select E'\\x00'
select '
select 1 from
select count(*
(select 1)
drop
not sql at all
select 1 where exists (select pg_sleep(1))
select (select lo_unlink(1))
select array(select pg_sleep(1))
select m from t where a in (select setval('s', 1))
select case when true then pg_sleep(1) end
select 1 order by pg_sleep(1)
select 1 limit pg_sleep(1)
select cast(pg_sleep(1) as text)
