import { z } from "zod";
import { TriggerInput } from "@/domain/trigger";
import { DraftOutput } from "@/server/rest/endpoints/drafts";
import { applyDraft } from "@/server/services/drafts/apply-draft";
import { proposeTrigger } from "@/server/services/drafts/propose-trigger";
import { cancelExecution } from "@/server/services/executions/cancel-execution";
import { resendExecution } from "@/server/services/executions/resend-execution";
import { takeUsageFromPersonLimit } from "@/server/services/usage-limits";
import { defineMcpTool, type McpTool } from "./tool";

const handle = z.string().min(1).max(200).describe("the handle of an execution from list_executions or get_execution");
const Moved = z.object({ id: z.string(), status: z.string() });

/**
 * The MCP tools that change or send something. To name an execution, they accept only a handle that a reading tool
 * returned.
 */
export const writingTools: readonly McpTool[] = [
  defineMcpTool(
    {
      name: "propose_trigger",
      title: "Propose a trigger",
      description:
        "Keeps a trigger as a draft with its preview and the executions a day that it would make. " +
        "Nothing fires. Give the url of the answer to a person, who applies the draft in the browser.",
      input: {
        trigger: TriggerInput.describe("a whole trigger; actionIds come from list_actions"),
        triggerId: z.string().max(100).optional().describe("the trigger to change; without it a new one"),
        reason: z.string().max(1_000).default("").describe("why, for the person who decides"),
      },
      answer: DraftOutput.pick({ id: true, sentence: true, preview: true, url: true, expiresAt: true }),
      permission: "project:read",
      writes: true,
      hasForeignText: true,
    },
    ({ project, input, signal }) => proposeTrigger(project, input, signal),
  ),
  defineMcpTool(
    {
      name: "apply_draft",
      title: "Apply a draft",
      description: "Makes the trigger of a draft from propose_trigger. Needs the scope write. Ask a person first.",
      input: { draftId: z.string().min(1).max(100).describe("the id that propose_trigger returned") },
      answer: z.object({ triggerId: z.string() }),
      permission: "trigger:write",
      writes: true,
      hasForeignText: false,
    },
    async ({ project, input }) => {
      await takeUsageFromPersonLimit(project, "triggerSave");
      return applyDraft(project, input);
    },
  ),
  defineMcpTool(
    {
      name: "resend_execution",
      title: "Send an execution again",
      description: "Sends a finished execution again, with the same bytes. Needs the scope deliver.",
      input: { handle },
      answer: Moved,
      permission: "execution:act",
      writes: true,
      hasForeignText: false,
    },
    async ({ project, input, handles }) => {
      const executionId = handles.read(input.handle);
      await takeUsageFromPersonLimit(project, "resend");
      return resendExecution(project, { executionId });
    },
  ),
  defineMcpTool(
    {
      name: "cancel_execution",
      title: "Cancel an execution",
      description: "Cancels an execution that waits. Needs the scope deliver.",
      input: { handle },
      answer: Moved,
      permission: "execution:act",
      writes: true,
      hasForeignText: false,
    },
    ({ project, input, handles }) => cancelExecution(project, { executionId: handles.read(input.handle) }),
  ),
];
