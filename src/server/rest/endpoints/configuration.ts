import { z } from "zod";
import { ActionFile, ProjectFiles, TriggerFile } from "@/domain/as-code/configuration-files";
import type { ProjectContext } from "@/server/context";
import { applyConfiguration } from "@/server/services/as-code/apply-configuration";
import { PulledVersions } from "@/domain/as-code/pulled-versions";
import { planConfiguration } from "@/server/services/as-code/plan-configuration";
import { pullConfiguration } from "@/server/services/as-code/pull-configuration";
import { listSampleObservations } from "@/server/services/as-code/list-sample-observations";
import { makeEndpointInProject, type RestEndpoint } from "../endpoint";
import { resolveSecretReferences } from "../secret-references";

/**
 * Makes the schema of a configuration file in an answer. A field with a default value becomes optional, because the
 * file leaves it out if it has that value.
 */
function answered<Shape extends z.ZodRawShape>(file: z.ZodObject<Shape>) {
  const fields = Object.entries(file.shape).map(([name, field]) => [
    name,
    field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType).optional() : field,
  ]);
  return z.object(Object.fromEntries(fields) as Record<string, z.ZodType>);
}

const Files = z.object({
  triggers: z.record(z.string(), answered(TriggerFile)),
  actions: z.record(z.string(), answered(ActionFile)),
});
const Configuration = z.object({
  files: Files.describe("triggers and actions by key, without any secret"),
  pulled: PulledVersions.describe("ids and versions; send them with a plan or an apply"),
});

const PlanBody = z.strictObject({
  files: ProjectFiles.describe("triggers and actions by key"),
  pulled: PulledVersions.default({ triggers: {}, actions: {} }).describe("what the last read answered"),
  prune: z.boolean().default(false).describe("whether to delete what the files do not have"),
});
const ApplyBody = PlanBody.extend({
  force: z.boolean().default(false).describe("whether to overwrite what was changed outside the files"),
});

const Change = z.object({
  key: z.string(),
  name: z.string(),
  change: z.enum(["create", "update", "none", "delete", "kept"]),
  fields: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
  conflict: z.string().nullable().describe("why an apply refuses it; null if it does not"),
});
const Difference = z.object({
  observations: z.number().describe("observations of the last 24 hours that were compared, at most 5,000"),
  more: z.number().describe("executions that only the changed trigger would have made"),
  fewer: z.number().describe("executions that only the stored trigger would have made"),
  sampledOut: z.number(),
  problem: z.string().nullable(),
});
const Plan = z.object({
  actions: z.array(Change),
  triggers: z.array(Change.extend({ difference: Difference.nullable() })),
  hasChanges: z.boolean(),
  total: Difference.pick({ more: true, fewer: true, sampledOut: true }),
});
const Applied = z.object({
  created: z.number(),
  updated: z.number(),
  deleted: z.number(),
  signingSecrets: z.record(z.string(), z.string()).describe("of new actions by key; shown in this answer only"),
  configuration: Configuration,
});

const tag = "Configuration";
const path = "/projects/{projectId}/configuration";

/** Replaces references to the environment variables that the operator allows by their values. */
const withSecrets = (project: ProjectContext, files: ProjectFiles): ProjectFiles => ({
  ...files,
  actions: Object.fromEntries(
    Object.entries(files.actions).map(([key, action]) => [
      key,
      { ...action, configuration: resolveSecretReferences(project, action.configuration) },
    ]),
  ),
});

export const configurationEndpoints: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "getConfiguration",
      method: "GET",
      path,
      tag,
      summary: "Returns all triggers and actions of a project as files",
      permission: "project:read",
      answer: Configuration,
    },
    (project) => pullConfiguration(project),
  ),
  makeEndpointInProject(
    {
      id: "sampleObservations",
      method: "GET",
      path: `${path}/sample`,
      tag,
      summary: "Returns the latest observations, for tests of triggers",
      description: "Without the scope bodies they have no input, output and metadata.",
      permission: "project:read",
      query: z.object({
        eventSource: z.string().default("observation.created"),
        limit: z.coerce.number().int().min(1).max(500).default(50),
      }),
      answer: z.object({
        items: z.array(z.object({ name: z.string().nullable(), observation: z.record(z.string(), z.unknown()) })),
      }),
    },
    async (project, { query }) => ({ items: await listSampleObservations(project, query) }),
  ),
  makeEndpointInProject(
    {
      id: "planConfiguration",
      method: "POST",
      path: `${path}/plan`,
      tag,
      summary: "Compares files with what is stored",
      description: "Changes nothing. Tells what the changes would have done in the last 24 hours.",
      permission: "project:read",
      body: PlanBody,
      answer: Plan,
    },
    (project, { body, signal }) =>
      planConfiguration(project, { ...body, files: withSecrets(project, body.files) }, signal),
  ),
  makeEndpointInProject(
    {
      id: "applyConfiguration",
      method: "POST",
      path: `${path}/apply`,
      tag,
      summary: "Makes a project as its files say, all of it or nothing",
      description: "409 if something was changed outside the files since `pulled`, unless `force` is set.",
      permission: "trigger:write",
      body: ApplyBody,
      answer: Applied,
    },
    (project, { body }) => applyConfiguration(project, { ...body, files: withSecrets(project, body.files) }),
  ),
];
