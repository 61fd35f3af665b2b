import type { ServiceContext } from "@/server/context";
import { AppError, makeNotFoundError } from "@/server/errors";
import { newId } from "@/server/ids";
import type { LiveMessage } from "@/server/live";
import type { SignedInUser } from "./access";

/** A person may have at most this many open live streams. All tabs of a browser share one stream. */
const STREAMS_MAX = 10;

/**
 * Streams messages about changes in a person's projects to a browser. The stream ends when the browser disconnects, the
 * session ends, or the person's membership or role changes. A person's eleventh stream ends the oldest one.
 * @param projectId the project to watch; null for all projects of the person
 * @throws AppError UNAUTHORIZED if the session has ended; NOT_FOUND if the person is no member; TOO_MANY_REQUESTS if
 * newer streams replaced this one; UNAVAILABLE if the browser should connect again
 */
export async function* streamLiveMessages(
  ctx: ServiceContext,
  user: SignedInUser,
  { projectId, signal }: { projectId: string | null; signal: AbortSignal },
): AsyncGenerator<LiveMessage> {
  const streamId = newId("lst");
  const ended = new AbortController();
  let why: AppError | undefined;
  const end = async (reason: string | null): Promise<void> => {
    why = await problemOf(ctx, user, { projectId, streamId, reason });
    if (why) ended.abort();
  };
  // If the database does not answer, the program cannot check the person's permission, so the stream ends.
  const stopWatching = ctx.live.onStreamEnd(streamId, (reason) => {
    end(reason).catch(() => {
      why = reconnect();
      ended.abort();
    });
  });
  try {
    await openStream(ctx, user, { streamId, projectId });
    // The projects are read after the stream's row is written, because later changes of memberships delete that row.
    const projectIds = await projectsOf(ctx, user, projectId);
    await end("unknown");
    if (!ended.signal.aborted)
      for await (const message of ctx.live.subscribe(projectIds, AbortSignal.any([signal, ended.signal])))
        yield message;
    if (why) throw why;
  } finally {
    stopWatching();
    await ctx.db.liveStream.deleteMany({ where: { id: streamId } }).catch(() => undefined);
  }
}

async function openStream(
  ctx: ServiceContext,
  user: SignedInUser,
  { streamId, projectId }: { streamId: string; projectId: string | null },
): Promise<void> {
  const sessionId = user.sessionId ?? null;
  await ctx.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`live stream ${user.id}`}, 0))::text`;
    if (sessionId && !(await tx.session.findUnique({ where: { id: sessionId }, select: { id: true } })))
      throw signedOut();
    await tx.liveStream.create({
      data: { id: streamId, userId: user.id, sessionId, projectId, openedAt: ctx.now() },
      select: { id: true },
    });
    const older = await tx.liveStream.findMany({
      where: { userId: user.id, id: { not: streamId } },
      orderBy: [{ openedAt: "desc" }, { id: "desc" }],
      skip: STREAMS_MAX - 1,
      select: { id: true },
    });
    const where = { id: { in: older.map(({ id }) => id) } };
    await tx.liveStream.updateMany({ where, data: { endReason: "newer" } });
    await tx.liveStream.deleteMany({ where });
  });
}

async function projectsOf(ctx: ServiceContext, user: SignedInUser, projectId: string | null): Promise<string[]> {
  const rows = await ctx.db.membership.findMany({
    where: { userId: user.id, project: { deletedAt: null }, ...(projectId === null ? {} : { projectId }) },
    select: { projectId: true },
  });
  return rows.map((row) => row.projectId);
}

/** Returns the error with which a stream must end; undefined if it may go on. */
async function problemOf(
  ctx: ServiceContext,
  user: SignedInUser,
  { projectId, streamId, reason }: { projectId: string | null; streamId: string; reason: string | null },
): Promise<AppError | undefined> {
  if (reason === "newer")
    return new AppError(
      "TOO_MANY_REQUESTS",
      `This account has ${STREAMS_MAX} newer live connections, so this one has ended. ` +
        "Close other windows and load the page again.",
    );
  const { sessionId } = user;
  if (sessionId && !(await ctx.db.session.findUnique({ where: { id: sessionId }, select: { id: true } })))
    return signedOut();
  if (projectId !== null && (await projectsOf(ctx, user, projectId)).length === 0) return makeNotFoundError("project");
  const isOpen = (await ctx.db.liveStream.count({ where: { id: streamId } })) > 0;
  return isOpen ? undefined : reconnect();
}

const signedOut = (): AppError => new AppError("UNAUTHORIZED", "Your session has ended. Sign in again.");
const reconnect = (): AppError => new AppError("UNAVAILABLE", "What you may see has changed. Connect again.");
