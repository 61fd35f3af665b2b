import { z } from "zod";
import { TriggerInput } from "@/domain/trigger";
import { DraftInput, DraftPreview } from "@/domain/trigger-draft";
import { applyDraft } from "@/server/services/drafts/apply-draft";
import { discardDraft } from "@/server/services/drafts/discard-draft";
import { proposeTrigger } from "@/server/services/drafts/propose-trigger";
import { getDraft } from "@/server/services/drafts/get-draft";
import { listDrafts } from "@/server/services/drafts/list-drafts";
import { makeEndpointInProject, type RestEndpoint } from "../endpoint";
import { makePageSchema, PageQuery, DateOutput } from "../schemas";

const tag = "Drafts";
const path = "/projects/{projectId}/drafts";

export const DraftOutput = z.object({
  id: z.string(),
  state: z.enum(["open", "applied", "discarded", "expired"]),
  trigger: TriggerInput.nullable(),
  triggerId: z.string().nullable().describe("the trigger that it changes; null for a new one"),
  sentence: z.string().describe("the filter in plain English"),
  reason: z.string().describe("why it was proposed"),
  preview: DraftPreview.nullable(),
  proposedBy: z.string(),
  createdAt: DateOutput,
  expiresAt: DateOutput,
  appliedTo: z.string().nullable().describe("the trigger that it became"),
  url: z.string().describe("its page, where a person applies it"),
});

export const draftEndpoints: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "listDrafts",
      method: "GET",
      path,
      tag,
      summary: "Lists the open drafts of triggers, newest first",
      permission: "project:read",
      query: PageQuery,
      answer: makePageSchema(DraftOutput),
    },
    (project, { query }) => listDrafts(project, query),
  ),
  makeEndpointInProject(
    {
      id: "proposeTrigger",
      method: "POST",
      path,
      tag,
      summary: "Keeps a trigger as a draft with its preview; nothing fires until it is applied",
      permission: "project:read",
      body: DraftInput,
      status: 201,
      answer: DraftOutput,
      location: `${path}/{id}`,
    },
    (project, { body, signal }) => proposeTrigger(project, body, signal),
  ),
  makeEndpointInProject(
    {
      id: "getDraft",
      method: "GET",
      path: `${path}/{draftId}`,
      tag,
      summary: "Returns a draft",
      permission: "project:read",
      answer: DraftOutput,
    },
    (project, { params }) => getDraft(project, { draftId: params.draftId! }),
  ),
  makeEndpointInProject(
    {
      id: "applyDraft",
      method: "POST",
      path: `${path}/{draftId}/apply`,
      tag,
      summary: "Makes the trigger of a draft, or changes the one that it names",
      permission: "trigger:write",
      answer: z.object({ triggerId: z.string() }),
    },
    (project, { params }) => applyDraft(project, { draftId: params.draftId! }),
  ),
  makeEndpointInProject(
    {
      id: "discardDraft",
      method: "DELETE",
      path: `${path}/{draftId}`,
      tag,
      summary: "Throws a draft away",
      permission: "trigger:write",
      answer: null,
    },
    (project, { params }) => discardDraft(project, { draftId: params.draftId! }),
  ),
];
