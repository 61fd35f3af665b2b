import { AppError } from "@/server/errors";
import { withExecutions } from "@/server/services/executions/with-executions";
import { liveMessages } from "@/server/services/live-messages";
import { liveProjectMessages } from "@/server/services/live-project-messages";
import { authedProcedure, projectProcedure, router, toTrpcError } from "../init";

export const liveRouter = router({
  /**
   * Streams the kinds of changes in a project until the browser leaves. These messages carry no data: the caller loads
   * again what it shows.
   */
  changes: projectProcedure.subscription(({ ctx, signal = never() }) =>
    topicsOf(withMappedErrors(liveProjectMessages(ctx.project, ctx.user, signal))),
  ),
  /** Streams the changes in all projects of the person, for all tabs of a browser, with the rows of executions. */
  mine: authedProcedure.subscription(({ ctx, signal = never() }) => {
    const messages = liveMessages(ctx.base, ctx.user, { projectId: null, signal });
    return withMappedErrors(withExecutions(ctx.base, ctx.user, messages));
  }),
});

const never = (): AbortSignal => new AbortController().signal;

async function* topicsOf<Message extends { topics: readonly string[] }>(messages: AsyncIterable<Message>) {
  for await (const { topics } of messages) yield { topics };
}

/** Maps errors of a running stream, which the middleware does not see. */
async function* withMappedErrors<Message>(messages: AsyncIterable<Message>): AsyncGenerator<Message> {
  try {
    yield* messages;
  } catch (error) {
    throw error instanceof AppError ? toTrpcError(error) : error;
  }
}
