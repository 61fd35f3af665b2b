import { projectProcedure, router } from "../init";

export const liveRouter = router({
  /** What changed in the project, until the browser leaves. It carries no data: the browser asks again for what it shows. */
  changes: projectProcedure("project:read").subscription(async function* ({ ctx, input, signal }) {
    const end = signal ?? new AbortController().signal;
    for await (const { topics } of ctx.base.live.subscribe(input.projectId, end)) yield { topics };
  }),
});
