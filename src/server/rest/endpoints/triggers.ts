import { z } from "zod";
import { Filter } from "@/domain/filter/schema";
import { SamplingBy } from "@/domain/sampling";
import { ConfigurationKey, DelayMode, TriggerInput } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { takeUsageFromPersonLimit } from "@/server/services/usage-limits";
import { createTrigger } from "@/server/services/triggers/create-trigger";
import { removeTrigger } from "@/server/services/triggers/remove-trigger";
import { updateTrigger } from "@/server/services/triggers/update-trigger";
import { FunnelRangeHours, getTriggerFunnel } from "@/server/services/triggers/get-trigger-funnel";
import { getTrigger } from "@/server/services/triggers/get-trigger";
import { listTriggerDetails } from "@/server/services/triggers/list-trigger-details";
import { makeEndpointInProject, type RestEndpoint, type ExpectedVersion } from "../endpoint";
import { applyMergePatch } from "../apply-merge-patch";
import { parseRequestValue, requireVersionMatchesIfMatch } from "../read-request";
import { makePageSchema, PageQuery, DateOutput } from "../schemas";

export const TriggerOutput = z.object({
  id: z.string(),
  key: z.string().nullable().describe("its name in files; it stays when the name changes"),
  name: z.string(),
  description: z.string(),
  eventSource: z.string(),
  filter: Filter,
  samplingRate: z.number(),
  samplingBy: SamplingBy,
  delaySeconds: z.number(),
  delayMode: DelayMode,
  capPerHour: z.number().nullable(),
  actionIds: z.array(z.string()),
  status: z.enum(["ACTIVE", "DISABLED"]),
  management: z.enum(["managed", "unlocked"]).nullable().describe("managed: files of a repository own it"),
  version: z.number().int().describe("raised by every change; the ETag"),
  sentence: z.string().describe("the filter in plain English"),
  problem: z.string().nullable().describe("why the filter cannot be evaluated; null without a problem"),
  createdBy: z.string().nullable(),
  createdAt: DateOutput,
  updatedAt: DateOutput,
});

const Counts = z.object({
  evaluated: z.number(),
  matched: z.number(),
  sampledIn: z.number(),
  sampledOut: z.number(),
  created: z.number(),
  skipped: z.number(),
  cancelled: z.number(),
  delivered: z.number(),
  failed: z.number(),
});

const tag = "Triggers";
const path = "/projects/{projectId}/triggers";
const onePath = `${path}/{triggerId}`;

/**
 * Replaces a whole trigger, and returns it. Left-out fields get their default values, and a left-out `key` is removed.
 */
async function replaceTrigger(
  project: ProjectContext,
  { triggerId, trigger, ifMatch }: { triggerId: string; trigger: TriggerInput; ifMatch: ExpectedVersion | null },
) {
  await takeUsageFromPersonLimit(project, "triggerSave");
  const { version } = await getTrigger(project, { triggerId });
  requireVersionMatchesIfMatch("trigger", version, ifMatch);
  await updateTrigger(project, { triggerId, version, trigger: { ...trigger, key: trigger.key ?? null } });
  return getTrigger(project, { triggerId });
}

const idOf = (params: Record<string, string>): { triggerId: string } => ({ triggerId: params.triggerId! });

export const triggerEndpoints: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "listTriggers",
      method: "GET",
      path,
      tag,
      summary: "Lists the triggers of a project, newest first",
      permission: "project:read",
      query: PageQuery.extend({
        search: z.string().trim().max(200).optional().describe("part of a name or description"),
        key: ConfigurationKey.optional().describe("only the trigger with this key"),
      }),
      answer: makePageSchema(TriggerOutput),
    },
    (project, { query }) => listTriggerDetails(project, query),
  ),
  makeEndpointInProject(
    {
      id: "createTrigger",
      method: "POST",
      path,
      tag,
      summary: "Creates a trigger",
      permission: "trigger:write",
      body: TriggerInput,
      readOnly: TriggerOutput,
      status: 201,
      answer: TriggerOutput,
      hasVersion: true,
      location: `${path}/{id}`,
    },
    async (project, { body }) => {
      await takeUsageFromPersonLimit(project, "triggerSave");
      const { id } = await createTrigger(project, body);
      return getTrigger(project, { triggerId: id });
    },
  ),
  makeEndpointInProject(
    {
      id: "getTrigger",
      method: "GET",
      path: onePath,
      tag,
      summary: "Returns a trigger",
      permission: "project:read",
      answer: TriggerOutput,
      hasVersion: true,
    },
    (project, { params }) => getTrigger(project, idOf(params)),
  ),
  makeEndpointInProject(
    {
      id: "replaceTrigger",
      method: "PUT",
      path: onePath,
      tag,
      summary: "Replaces a trigger",
      description:
        "A field that is left out gets its default. Send what GET returned, and nothing changes but the version.",
      permission: "trigger:write",
      body: TriggerInput,
      readOnly: TriggerOutput,
      answer: TriggerOutput,
      hasVersion: true,
    },
    (project, { params, body, ifMatch }) =>
      replaceTrigger(project, { triggerId: params.triggerId!, trigger: body, ifMatch }),
  ),
  makeEndpointInProject(
    {
      id: "updateTrigger",
      method: "PATCH",
      path: onePath,
      tag,
      summary: "Changes some fields of a trigger",
      description: "A JSON merge patch (RFC 7396): fields that are left out stay, and null resets a field.",
      permission: "trigger:write",
      body: TriggerInput,
      readOnly: TriggerOutput,
      isPatch: true,
      answer: TriggerOutput,
      hasVersion: true,
    },
    async (project, { params, body, ifMatch }) => {
      const before = await getTrigger(project, idOf(params));
      requireVersionMatchesIfMatch("trigger", before.version, ifMatch);
      const trigger = parseRequestValue(TriggerInput, applyMergePatch(before, body), "changed trigger");
      return replaceTrigger(project, { triggerId: before.id, trigger, ifMatch: before.version });
    },
  ),
  makeEndpointInProject(
    {
      id: "deleteTrigger",
      method: "DELETE",
      path: onePath,
      tag,
      summary: "Deletes a trigger and cancels its waiting executions",
      permission: "trigger:write",
      answer: z.object({ id: z.string(), cancelled: z.number().describe("waiting executions, counted up to 100,000") }),
      hasVersion: true,
    },
    async (project, { params, ifMatch }) => {
      const { version } = await getTrigger(project, idOf(params));
      return removeTrigger(project, {
        ...idOf(params),
        version: requireVersionMatchesIfMatch("trigger", version, ifMatch),
      });
    },
  ),
  makeEndpointInProject(
    {
      id: "getTriggerFunnel",
      method: "GET",
      path: `${onePath}/funnel`,
      tag,
      summary: "Counts what became of the events of the last hours",
      permission: "project:read",
      query: z.object({ hours: z.coerce.number().pipe(FunnelRangeHours).default(24).describe("24, 168 or 720") }),
      answer: z.object({ totals: Counts, hours: z.array(Counts.extend({ hour: DateOutput })) }),
    },
    (project, { params, query }) => getTriggerFunnel(project, { ...idOf(params), hours: query.hours }),
  ),
];
