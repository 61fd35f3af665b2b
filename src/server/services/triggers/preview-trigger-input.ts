import type { Filter } from "@/domain/filter/schema";
import type { SamplingBy } from "@/domain/sampling";

export type PreviewTriggerInput = {
  eventSource: string;
  filter: Filter;
  samplingRate: number;
  samplingBy: SamplingBy;
  /** the id for the sampling hash; an unsaved trigger gets another sample once it has its own id */
  triggerId?: string | undefined;
  limit: number;
  /** the subject whose conditions are shown one by one */
  observationId?: string | undefined;
};
