import type { ServiceContext } from "@/server/context";

const DATABASE_TIMEOUT_MS = 3_000;

export type HealthReport = {
  /** degraded: the event endpoint refuses new events for some time, or no process works on due executions */
  status: "ok" | "degraded" | "error";
  /** `ok` or `unreachable`; the log has the cause */
  database: string;
  /** the state of the engine in use */
  engine: string;
  message?: string;
};

/**
 * The status for each state of the engine. A state that is not listed is an error. An overloaded engine is no error: it
 * works as hard as it can, and a restart would only leave fewer processes for the same backlog.
 */
const statusOf: ReadonlyMap<string, HealthReport["status"]> = new Map([
  ["running", "ok"],
  ["inngest", "ok"],
  ["overloaded", "degraded"],
  ["behind", "degraded"],
]);

/**
 * Reports whether every part works that an event needs on its way, and names the part that does not. It never rejects.
 */
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
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${DATABASE_TIMEOUT_MS / 1_000} s`)),
      DATABASE_TIMEOUT_MS,
    );
  });
  try {
    const query = ctx.db.$queryRaw`SELECT 1`;
    await Promise.race([query, late]);
    return "ok";
  } catch (error) {
    ctx.log.warn({ err: error }, "health: the database cannot be reached");
    return "unreachable";
  } finally {
    clearTimeout(timer);
  }
}
