"use client";

import { useQuery } from "@tanstack/react-query";
import { Banner } from "@/components/ui/banner";
import { ButtonLink } from "@/components/ui/button-link";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { DRAFTS_COUNTED_MAX } from "./drafts-counted-max";

/**
 * A banner above the list of triggers that says how many drafts wait for a decision. Without drafts it shows nothing.
 */
export function OpenDraftsBanner({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.draft.list.queryOptions({ projectId, limit: DRAFTS_COUNTED_MAX }));
  const count = data?.items.length ?? 0;
  if (count === 0) return null;
  return (
    <Banner
      className="mb-5"
      title={
        `${data?.nextCursor ? `More than ${formatCountWithNoun(count, "draft")}` : formatCountWithNoun(count, "draft")} of ` +
        "triggers to decide on"
      }
      action={
        <ButtonLink size="sm" href={`/projects/${projectId}/drafts`}>
          Open drafts
        </ButtonLink>
      }
    >
      An agent proposed {count === 1 ? "it" : "them"}. Nothing fires until somebody applies{" "}
      {count === 1 ? "it" : "them"}.
    </Banner>
  );
}
