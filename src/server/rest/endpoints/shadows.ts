import { z } from "zod";
import { Filter } from "@/domain/filter/schema";
import { SamplingBy } from "@/domain/sampling";
import { ShadowInput, ShadowOutcome } from "@/domain/shadow";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { deleteShadow, applyShadowToTrigger } from "@/server/services/shadows/end-shadow";
import { getShadow } from "@/server/services/shadows/get-shadow";
import { listShadowDifferences } from "@/server/services/shadows/list-shadow-differences";
import { startShadow } from "@/server/services/shadows/start-shadow";
import { getTrigger } from "@/server/services/triggers/get-trigger";
import { makeEndpointInProject, type RestEndpoint, type ExpectedVersion } from "../endpoint";
import { requireVersionMatchesIfMatch } from "../read-request";
import { makePageSchema, PageQuery, DateOutput } from "../schemas";
import { TriggerOutput } from "./triggers";

const Shadow = z.object({
  filter: Filter,
  samplingRate: z.number(),
  samplingBy: SamplingBy,
  sentence: z.string().describe("the filter in plain English"),
  startedAt: DateOutput,
  startedBy: z.string(),
  counts: z
    .object({
      bothFired: z.number(),
      more: z.number().describe("the shadow alone fired"),
      fewer: z.number().describe("the trigger alone fired"),
      neither: z.number(),
      undecided: z.number().describe("a filter could not be evaluated in its time"),
    })
    .describe("events since its start"),
});

const Difference = z.object({
  sourceId: z.string().describe("the observation"),
  name: z.string().nullable(),
  active: ShadowOutcome.describe("what the trigger made of its latest state"),
  proposed: ShadowOutcome.describe("what the shadow made of it"),
  decidedAt: DateOutput,
});

const tag = "Triggers";
const path = "/projects/{projectId}/triggers/{triggerId}/shadow";
const idOf = (params: Record<string, string>): { triggerId: string } => ({ triggerId: params.triggerId! });

/**
 * Returns the id and the current version of a trigger.
 * @throws ProblemError version_mismatch if the caller expects another version
 */
async function target(project: ProjectContext, params: Record<string, string>, ifMatch: ExpectedVersion | null) {
  const { id, version } = await getTrigger(project, idOf(params));
  requireVersionMatchesIfMatch("trigger", version, ifMatch);
  return { triggerId: id, version };
}

async function shadowOf(project: ProjectContext, params: Record<string, string>) {
  const shadow = await getShadow(project, idOf(params));
  if (!shadow) throw makeNotFoundError("shadow");
  return shadow;
}

export const shadowEndpoints: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "getShadow",
      method: "GET",
      path,
      tag,
      summary: "Returns the shadow of a trigger with its counts",
      permission: "project:read",
      answer: Shadow,
    },
    (project, { params }) => shadowOf(project, params),
  ),
  makeEndpointInProject(
    {
      id: "startShadow",
      method: "PUT",
      path,
      tag,
      summary: "Lets a filter and a sampling decide beside those of a trigger; it sends nothing",
      description: "It replaces the trigger's shadow, and its counts begin at zero. The trigger's version is raised.",
      permission: "trigger:write",
      body: ShadowInput,
      readOnly: Shadow,
      answer: Shadow,
      hasVersion: true,
    },
    async (project, { params, body, ifMatch }) => {
      await startShadow(project, { ...(await target(project, params, ifMatch)), shadow: body });
      return shadowOf(project, params);
    },
  ),
  makeEndpointInProject(
    {
      id: "dropShadow",
      method: "DELETE",
      path,
      tag,
      summary: "Drops the shadow of a trigger with its counts",
      permission: "trigger:write",
      answer: null,
      hasVersion: true,
    },
    async (project, { params, ifMatch }) => {
      await deleteShadow(project, await target(project, params, ifMatch));
    },
  ),
  makeEndpointInProject(
    {
      id: "promoteShadow",
      method: "POST",
      path: `${path}/promote`,
      tag,
      summary: "Gives a trigger the filter and the sampling of its shadow",
      permission: "trigger:write",
      answer: TriggerOutput,
      hasVersion: true,
    },
    async (project, { params, ifMatch }) => {
      await applyShadowToTrigger(project, await target(project, params, ifMatch));
      return getTrigger(project, idOf(params));
    },
  ),
  makeEndpointInProject(
    {
      id: "listShadowDifferences",
      method: "GET",
      path: `${path}/differences`,
      tag,
      summary: "Lists the observations about which a trigger and its shadow differ, newest first",
      permission: "project:read",
      query: PageQuery,
      answer: makePageSchema(Difference),
    },
    (project, { params, query }) => listShadowDifferences(project, { ...idOf(params), ...query }),
  ),
];
