import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import type { SignedInUser } from "@/server/services/access";
import { liveMessages } from "@/server/services/live-streams";
import { authedProcedure, projectProcedure, router, toTrpcError } from "../init";

export const liveRouter = router({
  /** What changed in the project, until the browser leaves. It carries no data: the browser asks again for what it shows. */
  changes: projectProcedure("project:read").subscription(async function* ({ ctx, input, signal }) {
    for await (const { topics } of messages(ctx, input.projectId, signal)) yield { topics };
  }),
  /** The same of all projects of the person, for all tabs of a browser. */
  mine: authedProcedure.subscription(({ ctx, signal }) => messages(ctx, null, signal)),
});

type Caller = { base: ServiceContext; user: SignedInUser };

/** A stream that runs is past the middleware that maps errors. */
async function* messages({ base, user }: Caller, projectId: string | null, signal: AbortSignal | undefined) {
  try {
    yield* liveMessages(base, user, { projectId, signal: signal ?? new AbortController().signal });
  } catch (error) {
    throw error instanceof AppError ? toTrpcError(error) : error;
  }
}
