import { AppError } from "@/server/errors";
import { addExecutionsToLiveMessages } from "@/server/services/executions/add-executions-to-live-messages";
import { streamLiveMessages } from "@/server/services/stream-live-messages";
import { streamLiveProjectMessages } from "@/server/services/stream-live-project-messages";
import { signedInProcedure, projectProcedure, router, toTrpcError } from "../init";

export const liveRouter = router({
  /**
   * Streams which kinds of rows change in a project (executions, triggers …) until the browser leaves. The messages
   * carry no rows: the browser loads again what it shows.
   */
  changes: projectProcedure.subscription(({ ctx, signal = never() }) =>
    topicsOf(withMappedErrors(streamLiveProjectMessages(ctx.project, ctx.user, signal))),
  ),
  /**
   * Streams the changes in all projects of the person. Most messages about executions carry these as list items. The
   * tabs of a browser share one such stream.
   */
  mine: signedInProcedure.subscription(({ ctx, signal = never() }) => {
    const messages = streamLiveMessages(ctx.base, ctx.user, { projectId: null, signal });
    return withMappedErrors(addExecutionsToLiveMessages(ctx.base, ctx.user, messages));
  }),
});

const never = (): AbortSignal => new AbortController().signal;

async function* topicsOf<Message extends { topics: readonly string[] }>(messages: AsyncIterable<Message>) {
  for await (const { topics } of messages) yield { topics };
}

/** Maps the errors of a running stream, which the middleware `mapErrors` does not see. */
async function* withMappedErrors<Message>(messages: AsyncIterable<Message>): AsyncGenerator<Message> {
  try {
    yield* messages;
  } catch (error) {
    throw error instanceof AppError ? toTrpcError(error) : error;
  }
}
