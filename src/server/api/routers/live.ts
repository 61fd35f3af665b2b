import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import type { SignedInUser } from "@/server/services/access";
import { liveMessages } from "@/server/services/live-streams";
import { authedProcedure, projectProcedure, router, toTrpcError } from "../init";

export const liveRouter = router({
  /**
   * Streams the changes in a project until the browser leaves. Messages carry no data: the browser loads again what it
   * shows.
   */
  changes: projectProcedure("project:read").subscription(async function* ({ ctx, input, signal }) {
    for await (const { topics } of messages(ctx, input.projectId, signal)) yield { topics };
  }),
  /** Streams the changes in all projects of the person, for all tabs of a browser. */
  mine: authedProcedure.subscription(({ ctx, signal }) => messages(ctx, null, signal)),
});

type Caller = { base: ServiceContext; user: SignedInUser };

/** Maps errors of a running stream, which the middleware does not see. */
async function* messages({ base, user }: Caller, projectId: string | null, signal: AbortSignal | undefined) {
  try {
    yield* liveMessages(base, user, { projectId, signal: signal ?? new AbortController().signal });
  } catch (error) {
    throw error instanceof AppError ? toTrpcError(error) : error;
  }
}
