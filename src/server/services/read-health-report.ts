import type { ServiceContext } from "@/server/context";
import { startLoopTimeout } from "@/server/platform/loop-timeout";
import { warnOnceAMinute } from "@/server/warn-once-a-minute";

const DATABASE_TIMEOUT_MS = 3_000;

export type HealthReport = {
  /** `degraded`: the event endpoint refuses new events for some time, or no process delivers due executions */
  status: "ok" | "degraded" | "error";
  /** `ok` or `unreachable`; the log has the cause of the latter */
  database: string;
  /** the state of the engine in use, such as `running`, `overloaded` or `behind` */
  engine: string;
  message?: string;
};

/**
 * The reported status for each state of the engine; every other state is reported as `error`. An overloaded engine is
 * only `degraded`. A monitor that restarts the program on errors would make an overload worse.
 */
const statusOf: ReadonlyMap<string, HealthReport["status"]> = new Map([
  ["running", "ok"],
  ["inngest", "ok"],
  ["overloaded", "degraded"],
  ["behind", "degraded"],
]);

/** Reports whether the database and the engine work, for the health endpoint. It never throws. */
export async function readHealthReport(
  ctx: Pick<ServiceContext, "db" | "log">,
  engine: { state: string; message?: string | undefined },
): Promise<HealthReport> {
  const database = await databaseState(ctx);
  const status = database === "ok" ? (statusOf.get(engine.state) ?? "error") : "error";
  return {
    status,
    database,
    engine: engine.state,
    ...(engine.message === undefined ? {} : { message: engine.message }),
  };
}

async function databaseState(ctx: Pick<ServiceContext, "db" | "log">): Promise<string> {
  let stop = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    const refuse = (): void => reject(new Error(`no answer within ${DATABASE_TIMEOUT_MS / 1_000} s`));
    stop = startLoopTimeout(DATABASE_TIMEOUT_MS, refuse);
  });
  try {
    const query = ctx.db.$queryRaw`SELECT 1`;
    await Promise.race([query, late]);
    return "ok";
  } catch (error) {
    warnOnceAMinute(ctx.log, { err: error }, "health: the database cannot be reached");
    return "unreachable";
  } finally {
    stop();
  }
}
