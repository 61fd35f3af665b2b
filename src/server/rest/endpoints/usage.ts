import { z } from "zod";
import { listUsage } from "@/server/services/list-usage";
import { makeEndpointInProject, type RestEndpoint } from "../endpoint";
import { DateInput, makePageSchema, DateOutput } from "../schemas";

const DAY_MS = 86_400_000;

export const usageEndpoints: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "listUsage",
      method: "GET",
      path: "/projects/{projectId}/usage",
      tag: "Usage",
      summary: "Counts events and what became of them, by hour, oldest first",
      permission: "project:read",
      query: z.object({
        from: DateInput.optional().describe("24 hours before the end by default"),
        to: DateInput.optional().describe("now by default"),
      }),
      answer: makePageSchema(
        z.object({
          hour: DateOutput,
          events: z.number(),
          matched: z.number(),
          sampledOut: z.number(),
          created: z.number(),
          skipped: z.number(),
          cancelled: z.number(),
          delivered: z.number(),
          failed: z.number(),
        }),
      ),
    },
    async (project, { query }) => {
      const to = query.to ?? project.now();
      const from = query.from ?? new Date(to.getTime() - DAY_MS);
      return { items: await listUsage(project, { from, to }), nextCursor: null };
    },
  ),
];
