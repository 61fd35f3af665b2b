import { z } from "zod";
import { JOB_RATE_PER_MINUTE_DEFAULT, JOB_RATE_PER_MINUTE_MAX } from "@/domain/job-rate";
import { takeUsageFromPersonLimit } from "@/server/services/usage-limits";
import { ResendFilter } from "@/server/services/resends/bulk-job-params";
import { changeBulkJobStatus } from "@/server/services/resends/change-bulk-job-status";
import { countBulkExecutions } from "@/server/services/resends/count-bulk-executions";
import { listBulkJobs } from "@/server/services/resends/list-bulk-jobs";
import { startBulkJob } from "@/server/services/resends/start-bulk-job";
import { makeEndpointInProject, type RestEndpoint } from "../endpoint";
import { DateInput, makePageSchema, DateOutput } from "../schemas";

const tag = "Resends";
const path = "/projects/{projectId}/resends";

export const JobOutput = z.object({
  id: z.string(),
  status: z.enum(["RUNNING", "PAUSED", "COMPLETED", "CANCELLED", "FAILED"]),
  statusReason: z.string(),
  total: z.number(),
  processed: z.number(),
  ratePerMinute: z.number(),
  createdBy: z.string(),
  createdAt: DateOutput,
  finishedAt: DateOutput.nullable(),
});
const Resend = JobOutput.extend({ sent: z.number().describe("executions sent again so far") });

const filter = { ...ResendFilter.shape, from: DateInput.optional(), to: DateInput.optional() };
export const RatePerMinuteInput = z
  .number()
  .int()
  .min(1)
  .max(JOB_RATE_PER_MINUTE_MAX)
  .default(JOB_RATE_PER_MINUTE_DEFAULT);

const change = (name: "pause" | "resume" | "cancel", summary: string): RestEndpoint =>
  makeEndpointInProject(
    {
      id: `${name}Resend`,
      method: "POST",
      path: `${path}/{resendId}/${name}`,
      tag,
      summary,
      permission: "execution:act",
      answer: Resend,
    },
    (project, { params }) => changeBulkJobStatus(project, name, { kind: "resend", jobId: params.resendId! }),
  );

export const resendEndpoints: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "listResends",
      method: "GET",
      path,
      tag,
      summary: "Lists the bulk resends",
      permission: "project:read",
      answer: makePageSchema(Resend),
    },
    async (project) => ({ items: await listBulkJobs(project, ["resend"]), nextCursor: null }),
  ),
  makeEndpointInProject(
    {
      id: "countResend",
      method: "POST",
      path: `${path}/count`,
      tag,
      summary: "Counts what a bulk resend would send",
      permission: "execution:act",
      body: z.object(filter),
      answer: z.object({
        executions: z.number(),
        capped: z.boolean(),
        sendable: z.number(),
        refused: z.object({ noBody: z.number(), actionDeleted: z.number(), actionOff: z.number() }),
      }),
    },
    (project, { body }) => countBulkExecutions(project, { kind: "resend", filter: body }),
  ),
  makeEndpointInProject(
    {
      id: "startResend",
      method: "POST",
      path,
      tag,
      summary: "Sends many finished executions again, at a rate",
      permission: "execution:act",
      body: z.object({ ...filter, ratePerMinute: RatePerMinuteInput }),
      status: 202,
      answer: Resend,
    },
    async (project, { body }) => {
      await takeUsageFromPersonLimit(project, "job");
      const { ratePerMinute, ...filter } = body;
      const { id } = await startBulkJob(project, { kind: "resend", filter, ratePerMinute });
      return (await listBulkJobs(project, ["resend"])).find((resend) => resend.id === id)!;
    },
  ),
  change("pause", "Pauses a bulk resend"),
  change("resume", "Lets a paused bulk resend go on"),
  change("cancel", "Ends a bulk resend"),
];
