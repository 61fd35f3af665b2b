import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { makeSigningSecret } from "@/domain/action/webhook/signature";
import type { Filter, FilterCondition } from "@/domain/filter/schema";
import { levelIs } from "@/test/factories";
import type { TwoProjectProgram } from "./neighbours-program";

/** A way in which one project disturbs other projects. */
export type NeighbourDisturbance = {
  name: string;
  what: string;
  /** Whether the disturbance is steady from its first second to its last. */
  isSteady: boolean;
  prepare(program: TwoProjectProgram): Promise<void>;
  /** Disturbs the other projects until the signal aborts. */
  misbehave(program: TwoProjectProgram, over: AbortSignal): Promise<void>;
};

const all = (...children: Filter["children"]): Filter => ({ type: "group", match: "all", children });
const matches = (column: string, value: string): FilterCondition => ({
  type: "condition",
  column,
  operator: "matches",
  value,
});
/** Makes a random text. A text with patterns would make regular expressions faster. */
const noise = (length: number): string => {
  let seed = 1;
  return Array.from({ length }, () => "ab "[(seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % 3]).join("");
};

async function untilAborted(over: AbortSignal): Promise<void> {
  if (!over.aborted) await once(over, "abort");
}

const list = "{% assign list = (1..500000) %}";
const hostileFilters = [
  "find: 'a'",
  "where: 'a'",
  "reject: 'a', 1",
  "has: 'a'",
  "map: 'a.b'",
  "sort",
  "uniq",
  "sum: 'a'",
];

const templates: NeighbourDisturbance = {
  name: "templates",
  what: "8 templates that work on 500,000 items, 10 events a second",
  isSteady: true,
  async prepare(program) {
    for (const filter of hostileFilters) {
      const template = `${list}{% for i in (1..1000) %}{% assign x = list | ${filter} %}{% endfor %}1`;
      const action = await program.makeAction({ template, retry: { preset: "none" } });
      await program.makeTrigger([action], levelIs("ERROR"));
    }
  },
  async misbehave(program, over) {
    for (let n = 0; !over.aborted; n++) {
      await program.send([{ id: `hostile-${performance.now()}-${n}`, traceId: "t", level: "ERROR" }]);
      await wait(100);
    }
  },
};

const TRIGGERS = 2_000;
const REGEXES = 6;

const start: NeighbourDisturbance = {
  name: "start",
  what: `a start with ${TRIGGERS} triggers of ${REGEXES} regular expressions each`,
  isSteady: false,
  async prepare(program) {
    const action = await program.makeAction({ retry: { preset: "none" } });
    for (let n = 0; n < TRIGGERS; n++) {
      const conditions = Array.from({ length: REGEXES }, (_, index) =>
        matches("input", `never ${n}-${index} (?:timeout|refused) in [a-z]+-${n}\\b.*code=\\d{3}`),
      );
      await program.makeTrigger([action], { type: "group", match: "any", children: conditions });
    }
  },
  async misbehave(program, over) {
    for (let n = 0; !over.aborted; n++) {
      await program.send([
        { id: `many-${performance.now()}-${n}`, traceId: "t", input: "nothing to see here ".repeat(20) },
      ]);
      await wait(500);
    }
  },
};

const STATES = 2_000;
const PREVIEWS = 8;

const previews: NeighbourDisturbance = {
  name: "previews",
  what: `${PREVIEWS} previews at once of ${STATES} states of 20 KB, by one person, again and again`,
  isSteady: true,
  async prepare(program) {
    const input = noise(20_000);
    for (let n = 0; n < STATES; n += 50)
      await program.send(
        Array.from({ length: 50 }, (_, index) => ({ id: `state-${n + index}`, traceId: "t", level: "DEBUG", input })),
      );
    while ((await program.ctx.db.observation.count({ where: { projectId: program.projectId } })) < STATES)
      await wait(200);
  },
  async misbehave(program, over) {
    const question = (n: number) => ({
      projectId: program.projectId,
      eventSource: "observation.created",
      filter: all(matches("input", `a.{0,${20 + n}}[xyz]`)),
      samplingRate: 1,
      samplingBy: "source",
      limit: 10_000,
    });
    await Promise.all(
      Array.from({ length: PREVIEWS }, async (_, n) => {
        while (!over.aborted) await program.query("trigger.preview", question(n), over);
      }),
    );
  },
};

const NAMES = 50;

const names: NeighbourDisturbance = {
  name: "names",
  what: `${NAMES} endpoints whose names nobody answers for, 10 events a second for each`,
  isSteady: true,
  async prepare(program) {
    for (let n = 0; n < NAMES; n++)
      await program.makeTrigger(
        [await program.makeAction({ retry: { preset: "none" } }, `https://silent-${n}.example.com/`)],
        levelIs("ERROR"),
      );
  },
  async misbehave(program, over) {
    for (let n = 0; !over.aborted; n++) {
      await program.send([{ id: `nameless-${performance.now()}-${n}`, traceId: "t", level: "ERROR" }]);
      await wait(100);
    }
  },
};

const REQUESTS = 24;
const EVENTS_IN_REQUEST = 28;

const bodies: NeighbourDisturbance = {
  name: "bodies",
  what: `${REQUESTS} requests of ${EVENTS_IN_REQUEST} MB at once, again and again`,
  isSteady: true,
  prepare: () => Promise.resolve(),
  async misbehave(program, over) {
    const input = noise(1_000_000);
    const events = Array.from({ length: EVENTS_IN_REQUEST }, (_, n) => ({
      name: "observation.created",
      data: { observation: { id: `large-${n}`, traceId: "t", level: "DEBUG", input } },
    }));
    const body = Buffer.from(JSON.stringify(events));
    await Promise.all(
      Array.from({ length: REQUESTS }, async () => {
        while (!over.aborted) {
          await program.sendRaw(body, over);
          await wait(50);
        }
      }),
    );
  },
};

const NOTICES = 2_000;

const notices: NeighbourDisturbance = {
  name: "notices",
  what: `an operational webhook that never answers, ${NOTICES} notices for it`,
  isSteady: false,
  async prepare(program) {
    const { ctx, projectId } = program;
    const url = `${program.receiver.url}never`;
    const encrypted = {
      urlCiphertext: ctx.cipher.encrypt(url),
      ciphertext: ctx.cipher.encrypt(makeSigningSecret(new Uint8Array(32))),
    };
    await ctx.db.operationalWebhook.create({ data: { projectId, url, ...encrypted, last4: "abcd" } });
    const actionId = await program.makeAction();
    await ctx.db.operationalNotice.createMany({
      data: Array.from({ length: NOTICES }, (_, n) => ({
        id: `msg_bench_${n}`,
        projectId,
        actionId,
        type: "endpoint.failing",
        body: "{}",
        dueAt: new Date(),
      })),
    });
  },
  // The running program sends the due notices by itself.
  misbehave: (_, over) => untilAborted(over),
};

const WAITING = 45_000;

const deletion: NeighbourDisturbance = {
  name: "deletion",
  what: `a trigger with ${WAITING} waiting executions is deleted`,
  isSteady: false,
  prepare: () => Promise.resolve(),
  async misbehave(program, over) {
    const { ctx, projectId } = program;
    const actionId = await program.makeAction();
    const { id: triggerId } = await program.makeTrigger([actionId], levelIs("FATAL"));
    await ctx.db.$executeRaw`
      INSERT INTO action_execution (id, project_id, trigger_id, action_id, event_source, source_id, status,
        status_reason, trigger_version, event_id, due_at, input)
      SELECT ${triggerId}::text || '_' || n, ${projectId}, ${triggerId}, ${actionId}, 'observation.created',
        'obs-' || n, 'PENDING', 'Matched.', 1, 'evt_' || n,
        now() + interval '1 day', '{}' FROM generate_series(1, ${WAITING}::int) AS n`;
    await program.query("trigger.remove", { projectId, triggerId }, over);
    await untilAborted(over);
  },
};

export const neighbourDisturbances: readonly NeighbourDisturbance[] = [
  templates,
  names,
  bodies,
  start,
  previews,
  notices,
  deletion,
];
