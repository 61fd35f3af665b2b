import { AppError } from "@/server/errors";
import type { LiveMessage } from "@/server/live";
import { liveMessages } from "@/server/services/live-messages";
import { liveProjectMessages } from "@/server/services/live-project-messages";
import { authedProcedure, projectProcedure, router, toTrpcError } from "../init";

export const liveRouter = router({
  /**
   * Streams the changes in a project until the browser leaves. A message carries no data: the browser loads the shown
   * data again.
   */
  changes: projectProcedure.subscription(({ ctx, signal = never() }) =>
    topicsOf(withMappedErrors(liveProjectMessages(ctx.project, ctx.user, signal))),
  ),
  /** Streams the changes in all projects of the person, for all tabs of a browser. */
  mine: authedProcedure.subscription(({ ctx, signal = never() }) =>
    withMappedErrors(liveMessages(ctx.base, ctx.user, { projectId: null, signal })),
  ),
});

const never = (): AbortSignal => new AbortController().signal;

async function* topicsOf(messages: AsyncIterable<LiveMessage>) {
  for await (const { topics } of messages) yield { topics };
}

/** Maps errors of a running stream, which the middleware does not see. */
async function* withMappedErrors(messages: AsyncGenerator<LiveMessage>): AsyncGenerator<LiveMessage> {
  try {
    yield* messages;
  } catch (error) {
    throw error instanceof AppError ? toTrpcError(error) : error;
  }
}
