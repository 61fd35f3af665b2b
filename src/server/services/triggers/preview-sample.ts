import { sampleByHash, chooseIdToHash } from "@/domain/sampling";
import type { ComputeOwner, FilterResultOfState } from "@/server/compute/compute";
import type { ProjectContext } from "@/server/context";
import type { PreviewTriggerInput } from "./preview-trigger-input";

export const makeComputeOwnerForPeople = (ctx: ProjectContext): ComputeOwner => ({
  projectId: ctx.projectId,
  purpose: "people",
});

export const isInPreviewSample = (
  {
    triggerId = "new",
    samplingBy,
    samplingRate,
  }: Pick<PreviewTriggerInput, "triggerId" | "samplingBy" | "samplingRate">,
  sourceId: string,
  links: FilterResultOfState["links"],
) => sampleByHash({ triggerId, key: chooseIdToHash({ by: samplingBy, sourceId, ...links }), rate: samplingRate });
