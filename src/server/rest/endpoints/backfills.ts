import { z } from "zod";
import { changeBackfillStatus } from "@/server/services/backfills/change-backfill-status";
import { listBackfills } from "@/server/services/backfills/list-backfills";
import { startBackfill } from "@/server/services/backfills/start-backfill";
import { estimateBackfill } from "@/server/services/backfills/estimate-backfill";
import { takeUsageFromPersonLimit } from "@/server/services/usage-limits";
import { makeEndpointInProject, type RestEndpoint } from "../endpoint";
import { DateInput, TriggerOrActionNameOutput, makePageSchema, DateOutput } from "../schemas";
import { JobOutput, RatePerMinuteInput } from "./resends";

const tag = "Backfills";
const path = "/projects/{projectId}/backfills";

const Backfill = JobOutput.extend({
  trigger: TriggerOrActionNameOutput,
  matched: z.number(),
  created: z.number().describe("executions created so far"),
  from: DateOutput.nullable(),
  to: DateOutput.nullable(),
});
const range = {
  triggerId: z.string().min(1).max(100),
  from: DateInput.describe("received at or after"),
  to: DateInput.describe("received before"),
};

const change = (name: "pause" | "resume" | "cancel", summary: string): RestEndpoint =>
  makeEndpointInProject(
    {
      id: `${name}Backfill`,
      method: "POST",
      path: `${path}/{backfillId}/${name}`,
      tag,
      summary,
      permission: "trigger:write",
      answer: Backfill,
    },
    (project, { params }) => changeBackfillStatus(project, name, { backfillId: params.backfillId! }),
  );

export const backfillEndpoints: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "listBackfills",
      method: "GET",
      path,
      tag,
      summary: "Lists the backfills",
      permission: "project:read",
      query: z.object({ triggerId: z.string().min(1).max(100).optional() }),
      answer: makePageSchema(Backfill),
    },
    async (project, { query }) => ({ items: await listBackfills(project, query), nextCursor: null }),
  ),
  makeEndpointInProject(
    {
      id: "countBackfill",
      method: "POST",
      path: `${path}/count`,
      tag,
      summary: "Counts what a backfill would create",
      permission: "trigger:write",
      body: z.object(range),
      answer: z.object({
        observations: z.number().describe("stored in the range, counted up to 1,000,000"),
        estimate: z.object({ matched: z.number(), created: z.number() }),
        exact: z.boolean().describe("whether every stored state was evaluated"),
      }),
    },
    (project, { body, signal }) => estimateBackfill(project, body, signal),
  ),
  makeEndpointInProject(
    {
      id: "startBackfill",
      method: "POST",
      path,
      tag,
      summary: "Runs a trigger over stored observations, at a rate",
      permission: "trigger:write",
      body: z.object({ ...range, ratePerMinute: RatePerMinuteInput }),
      status: 202,
      answer: Backfill,
    },
    async (project, { body }) => {
      await takeUsageFromPersonLimit(project, "job");
      const { id } = await startBackfill(project, body);
      return (await listBackfills(project, { triggerId: body.triggerId })).find((backfill) => backfill.id === id)!;
    },
  ),
  change("pause", "Pauses a backfill"),
  change("resume", "Lets a paused backfill go on"),
  change("cancel", "Ends a backfill"),
];
