import { z } from "zod";
import { takeUsageFromPersonLimit } from "@/server/services/usage-limits";
import { restoreConfigurationVersion } from "@/server/services/restore-configuration-version";
import { listVersions } from "@/server/services/versions/list-versions";
import { makeEndpointInProject, type RestEndpoint } from "../endpoint";
import { requireVersionMatchesIfMatch } from "../read-request";
import { makePageSchema, PageQuery, DateOutput } from "../schemas";

const Version = z.object({
  version: z.number().int(),
  summary: z.string().describe("what was done"),
  actor: z.string(),
  createdAt: DateOutput,
  isCurrent: z.boolean(),
  changes: z
    .array(
      z.object({ field: z.string(), label: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
    )
    .describe("against the version before, in words; empty for the first"),
});

const kinds = {
  trigger: { tag: "Triggers", name: "Trigger", permission: "trigger:write" },
  action: { tag: "Actions", name: "Action", permission: "action:write" },
} as const;

/** Makes the endpoints that list and restore versions of triggers or of actions. */
function versionsOf(kind: keyof typeof kinds): RestEndpoint[] {
  const { tag, name, permission } = kinds[kind];
  const parameter = `${kind}Id`;
  const one = kind === "trigger" ? "a trigger" : "an action";
  const path = `/projects/{projectId}/${kind}s/{${parameter}}/versions`;
  return [
    makeEndpointInProject(
      {
        id: `list${name}Versions`,
        method: "GET",
        path,
        tag,
        summary: `Lists the versions of ${one}, newest first, with their changes`,
        permission: "project:read",
        query: PageQuery,
        answer: makePageSchema(Version),
      },
      (project, { params, query }) => listVersions(project, { kind, targetId: params[parameter]!, ...query }),
    ),
    makeEndpointInProject(
      {
        id: `restore${name}Version`,
        method: "POST",
        path: `${path}/{version}/restore`,
        tag,
        summary: "Restores a version as a change like any other",
        description: "On or off stays. Secrets are in no version: an action keeps those of the same host.",
        permission,
        answer: z.object({
          version: z.number().int().describe("the new version"),
          warning: z.string().nullable().describe("a doubt about the action's URL"),
        }),
        hasVersion: true,
      },
      async (project, { params, ifMatch }) => {
        await takeUsageFromPersonLimit(project, "triggerSave");
        const targetId = params[parameter]!;
        const [newest] = (await listVersions(project, { kind, targetId, limit: 1 })).items;
        const currentVersion = newest?.version ?? 0;
        requireVersionMatchesIfMatch(kind, currentVersion, ifMatch);
        return restoreConfigurationVersion(project, {
          kind,
          targetId,
          version: Number(params.version),
          currentVersion,
        });
      },
    ),
  ];
}

export const versionEndpoints: readonly RestEndpoint[] = [...versionsOf("trigger"), ...versionsOf("action")];
