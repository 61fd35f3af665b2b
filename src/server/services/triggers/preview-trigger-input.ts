import type { Filter } from "@/domain/filter/schema";
import type { SamplingBy } from "@/domain/sampling";

export type PreviewTriggerInput = {
  eventSource: string;
  filter: Filter;
  samplingRate: number;
  samplingBy: SamplingBy;
  /**
   * the id of the trigger, on which sampling depends; an unsaved trigger has none, so its sample will change when it is
   * saved
   */
  triggerId?: string | undefined;
  limit: number;
  /** the id of a subject for which the preview explains each condition */
  observationId?: string | undefined;
};
