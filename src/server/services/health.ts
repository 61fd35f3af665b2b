import type { ServiceContext } from "@/server/context";

const DATABASE_TIMEOUT_MS = 3_000;

export type Health = {
  /** degraded: the event endpoint refuses new events for a while, or no process works on due executions */
  status: "ok" | "degraded" | "error";
  /** `ok` or `unreachable`; the log has the cause */
  database: string;
  /** the state of the engine in use */
  engine: string;
  message?: string;
};

/**
 * The meaning of an engine's state; any state that is not listed is an error. An overloaded engine is not an error: it
 * works as hard as it can, and fewer processes would have to work off the same backlog.
 */
const statusOf: ReadonlyMap<string, Health["status"]> = new Map([
  ["running", "ok"],
  ["inngest", "ok"],
  ["overloaded", "degraded"],
  ["behind", "degraded"],
]);

/** Reports whether every part works that an event needs on its way, and names the part that does not. Never rejects. */
export async function health(
  ctx: Pick<ServiceContext, "db" | "log">,
  engine: { state: string; message?: string | undefined },
): Promise<Health> {
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
