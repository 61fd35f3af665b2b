import { isInSample, samplingKey } from "@/domain/sampling";
import type { ComputeOwner, FilterResultOfState } from "@/server/compute/compute";
import type { ProjectContext } from "@/server/context";
import type { PreviewInput } from "./preview-input";

export const people = (ctx: ProjectContext): ComputeOwner => ({ projectId: ctx.projectId, purpose: "people" });

export const sampleOf = (
  { triggerId = "new", samplingBy, samplingRate }: Pick<PreviewInput, "triggerId" | "samplingBy" | "samplingRate">,
  sourceId: string,
  links: FilterResultOfState["links"],
) => isInSample({ triggerId, key: samplingKey({ by: samplingBy, sourceId, ...links }), rate: samplingRate });
