import type { EngineDatabase } from "./engine-database";

// Databases have applied these migrations already, so their text must not change.
/* eslint-disable max-len */

/**
 * The engine's migrations, in order; a new one goes to the end. Their SQL names the schema `engine`, which
 * `EngineDatabase` replaces by the configured name.
 */
const MIGRATIONS: readonly string[] = [
  `
  -- A running process. Alive is who holds the session advisory lock (schema, num).
  create table engine.process (
    num int generated always as identity primary key,
    label text not null,
    started_at timestamptz not null default now()
  );

  -- What was sent. data and "user" are JSON as text: jsonb would reorder keys and refuse NUL and lone surrogates.
  create table engine.event (
    id text collate "C" primary key,
    name text not null,
    data text not null,
    ts bigint not null,
    external_id text,
    v text,
    "user" text,
    received_at timestamptz not null,
    routed boolean not null
  ) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.2);
  -- Taken by a process that knew no functions; routed by the next sweep of one that does.
  create index event_unrouted on engine.event (id) where not routed;

  -- One execution of a function. Live while status is 'running': whether it is queued, on a call or asleep is
  -- told by its items.
  create table engine.run (
    id text collate "C" primary key,
    function_id text not null,
    status text not null default 'running',
    event_ids text[] not null,
    -- The keys of its concurrency limits, which is also what fairness goes round in; '' without keyed limits.
    lane text collate "C" not null,
    -- The key of its batch; null when it is no batch run.
    batch_key text collate "C",
    -- Steps that are planned, asleep or waiting.
    pending text[] not null default '{}',
    -- The next discovery only plans (the SDK's disable_immediate_execution).
    force_plan boolean not null default false,
    -- Discover after every completed step, rather than when none is pending (parallelMode "race", protocol 1).
    eager boolean not null default false,
    step_count int not null default 0,
    state_bytes bigint not null default 0,
    parent_run text,
    parent_step text,
    created_at timestamptz not null,
    started_at timestamptz,
    ended_at timestamptz,
    output text,
    error text
  ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
  create index run_live on engine.run (function_id, created_at) where status = 'running';
  create index run_live_batch on engine.run (function_id, batch_key) where status = 'running' and batch_key is not null;
  create index run_ended on engine.run (ended_at) where status <> 'running';

  -- What a run remembers, in the order in which it happened (seq).
  create table engine.step (
    run_id text collate "C" not null references engine.run on delete cascade,
    id text not null,
    seq int not null,
    op text not null,
    name text not null,
    memo text not null,
    attempt int not null,
    started_at timestamptz,
    ended_at timestamptz not null,
    primary key (run_id, id)
  ) with (autovacuum_vacuum_scale_factor = 0.05);

  -- The work that is left of a live run: calls to make, and waits with an end. Gone when done.
  create table engine.item (
    id bigint generated always as identity primary key,
    run_id text collate "C" not null,
    function_id text not null,
    lane text collate "C" not null,
    kind text not null,
    step_id text not null,
    attempt int not null default 0,
    lost int not null default 0,
    -- 'ready' (may be leased), 'leased', 'timer' (waits for due_at)
    state text not null,
    due_at timestamptz,
    lease_token text,
    leased_by int,
    lease_until timestamptz
  ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
  create index item_ready on engine.item (function_id, lane, id) where state = 'ready';
  create index item_leased on engine.item (leased_by) where state = 'leased';
  create index item_timer on engine.item (due_at) where state = 'timer';
  create index item_run on engine.item (run_id);

  -- Events that wait to be handed to a function that batches.
  create table engine.batch_item (
    id bigint generated always as identity primary key,
    function_id text not null,
    key text collate "C" not null,
    event_id text not null,
    bytes int not null,
    added_at timestamptz not null
  ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
  create index batch_item_lane on engine.batch_item (function_id, key, id);

  -- A run that an event cancels, or a step that an event resumes.
  create table engine.pause (
    id bigint generated always as identity primary key,
    run_id text collate "C" not null,
    kind text not null,
    step_id text,
    event_name text not null,
    expression text,
    -- What the event must hold, where the expression asks for an equality (see expression.ts); '' when it does not.
    match_path text collate "C" not null default '',
    match_value text not null default '',
    created_at timestamptz not null,
    expires_at timestamptz
  ) with (autovacuum_vacuum_scale_factor = 0.05);
  create index pause_match on engine.pause (event_name, match_path, match_value);
  create index pause_run on engine.pause (run_id);

  -- Sender's event ids (and cron ticks) that have started a run of a function.
  create table engine.idempotency (
    function_id text not null,
    key text not null,
    run_id text not null,
    expires_at timestamptz not null,
    primary key (function_id, key)
  );
  create index idempotency_expires on engine.idempotency (expires_at);

  -- The next tick of each cron trigger.
  create table engine.cron (
    function_id text not null,
    expression text not null,
    next_at timestamptz not null,
    primary key (function_id, expression)
  );
  `,
  `
  -- Whom an event, and a run that it starts, belongs to: what the host says, '' for nobody in particular. People are
  -- shown the runs of one owner.
  -- What is there already may be anybody's: it gets a name that nobody has, so that it is shown to nobody.
  alter table engine.event add column owner text not null default '?';
  alter table engine.event alter column owner set default '';
  alter table engine.run add column owner text collate "C" not null default '?';
  alter table engine.run alter column owner set default '';
  create index run_listed on engine.run (owner, function_id, status, id desc);
  `,
  `
  -- What limits when runs of a function start, one row a key. Locked in the order of the primary key.
  create table engine.flow (
    function_id text collate "C" not null,
    -- 'rate', 'throttle', 'singleton', 'debounce'
    kind text collate "C" not null,
    key text collate "C" not null,
    -- rate, throttle: the theoretical arrival time of GCRA; debounce: the ts of its event. Milliseconds since 1970.
    at double precision,
    -- singleton: the run that holds the key while it lives.
    run_id text collate "C",
    -- debounce: the latest event, which the run will get.
    event_id text collate "C",
    -- debounce: when the run starts; throttle: when the next start may be let go, while any waits.
    due_at timestamptz,
    -- debounce: the latest that due_at can be.
    ends_at timestamptz,
    -- From when on the row says nothing any more.
    expires_at timestamptz,
    primary key (function_id, kind, key)
  ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
  create index flow_due on engine.flow (due_at) where due_at is not null;
  create index flow_expires on engine.flow (expires_at) where due_at is null;

  -- Set on the start of a run of a throttled function until it is let go. With state 'timer' and no due_at it waits for that.
  alter table engine.item add column throttle_key text collate "C";
  -- The order within a lane, before id: the time of the start less its priority, in ms; 0 without a priority.
  alter table engine.item add column rank bigint not null default 0;
  drop index engine.item_ready;
  create index item_ready on engine.item (function_id, lane, rank, id) where state = 'ready';
  create index item_throttled on engine.item (function_id, throttle_key, rank, id) where state = 'timer' and due_at is null;
  `,
  `
  -- The engine no longer waits for events or for invoked runs, and no longer limits when runs start.
  -- Starts that a throttle kept back begin now.
  update engine.item set state = 'ready', throttle_key = null where state = 'timer' and kind = 'call' and due_at is null;
  delete from engine.item where kind = 'timeout';
  -- A run that waits for an event or for an invoked run could never go on.
  with waiting as (
    select run_id from engine.pause where kind = 'wait'
    union select run_id from engine.item where kind in ('wait', 'invoke')
    union select parent_run from engine.run where parent_run is not null and status = 'running'
  ), gone_items as (
    delete from engine.item where run_id in (select run_id from waiting)
  ), gone_pauses as (
    delete from engine.pause where run_id in (select run_id from waiting)
  )
  update engine.run set status = 'cancelled', ended_at = now(), pending = '{}',
         error = '{"name":"UnsupportedStepError","message":"The run waited for an event or for an invoked function, which this version of the embedded engine does not do"}'
   where id in (select run_id from waiting) and status = 'running';
  drop table engine.flow;
  drop index engine.item_ready;
  drop index engine.item_throttled;
  alter table engine.item drop column throttle_key, drop column rank;
  create index item_ready on engine.item (function_id, lane, id) where state = 'ready';
  alter table engine.run drop column parent_run, drop column parent_step;
  alter table engine.pause drop column kind, drop column step_id;
  `,
  `
  -- The functions that the process has. Work of a function that no process has is ended at the next start of one.
  alter table engine.process add column functions text[] not null default '{}';
  `,
  `
  -- No function is cancelled by an event any more. A run that could have been cancelled goes on.
  drop table engine.pause;
  `,
];

/**
 * Creates or updates the tables in the engine's schema. Several processes may call it at once: one migrates while the
 * others wait for its lock.
 * @param upTo the number of the last migration to apply, for tests; default: all
 */
export async function migrateEngineSchema(db: EngineDatabase, upTo = MIGRATIONS.length): Promise<void> {
  await db.tx(async (tx) => {
    await tx.query("select pg_advisory_xact_lock($1, 0)", [db.lockClass]);
    await tx.query(`create schema if not exists ${db.schema}`);
    await tx.query(
      "create table if not exists engine.migration (number int primary key, applied_at timestamptz not null default now())",
    );
    const [latest] = await tx.query<{ number: number }>(
      "select coalesce(max(number), 0) as number from engine.migration",
    );
    const done = latest?.number ?? 0;
    if (done > MIGRATIONS.length) {
      throw new Error(
        `engine: the database is at migration ${done}, this version knows ${MIGRATIONS.length}; run a newer version`,
      );
    }
    for (const [index, text] of MIGRATIONS.entries()) {
      if (index < done || index >= upTo) continue;
      await tx.query(text);
      await tx.query("insert into engine.migration (number) values ($1)", [index + 1]);
    }
  });
}
