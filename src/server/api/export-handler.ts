import { z } from "zod";
import { makeUserActor } from "@/domain/actor";
import { getSessionUser, type BetterAuthInstance } from "../auth/auth";
import type { ServiceContext } from "../context";
import { AppError, toErrorRefusal } from "../errors";
import { openProjectContext } from "../services/access";
import { exportExecutions } from "../services/exports/export-executions";
import { StoredBulkJobFilter } from "../services/resends/bulk-job-params";

type Deps = { base: ServiceContext; auth: BetterAuthInstance };

const Query = z.object({
  projectId: z.string().min(1).max(100),
  format: z.enum(["csv", "json"]),
  bodies: z.enum(["0", "1"]).default("0"),
  /** The filters of the procedure `execution.list`, as JSON. */
  filters: z
    .string()
    .max(8_000)
    .default("{}")
    .transform((text, problem) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        problem.addIssue({ code: "custom", message: "Write the filters as JSON." });
        return z.NEVER;
      }
    })
    .pipe(StoredBulkJobFilter.omit({ ids: true })),
});

const types = { csv: "text/csv; charset=utf-8", json: "application/json; charset=utf-8" } as const;

/** Answers GET /api/export/executions with a file of the executions that match the filters. The file is streamed. */
export async function handleExecutionExport({ base, auth }: Deps, request: Request): Promise<Response> {
  try {
    const user = await getSessionUser(auth, request.headers);
    if (!user) throw new AppError("UNAUTHORIZED", "Sign in first.");
    const query = Query.safeParse(Object.fromEntries(new URL(request.url).searchParams));
    if (!query.success) throw new AppError("BAD_REQUEST", z.prettifyError(query.error));
    const { projectId, format, filters, bodies } = query.data;
    const ctx = await openProjectContext(base, makeUserActor(user), projectId);
    const parts = exportExecutions(ctx, { format, filters, hasBodies: bodies === "1" });
    // The first rows are read before the headers are sent, so that a refusal can still have an HTTP status.
    const first = await parts.next();
    const day = base.now().toISOString().slice(0, 10);
    return new Response(toStream(first, parts), {
      headers: {
        "content-type": types[format],
        "content-disposition": `attachment; filename="executions-${day}.${format}"`,
        "cache-control": "no-store",
        // The header x-accel-buffering tells proxies not to buffer the file.
        "x-accel-buffering": "no",
      },
    });
  } catch (error) {
    const refusal = toErrorRefusal(error);
    if (!refusal) throw error;
    return Response.json({ error: { message: refusal.message } }, { status: refusal.status });
  }
}

function toStream(first: IteratorResult<string>, parts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: IteratorResult<string> | null = first;
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = next ?? (await parts.next());
      next = null;
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value as string));
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}
