"use client";

import { useQuery } from "@tanstack/react-query";
import { Banner } from "@/components/ui/banner";
import { ButtonLink } from "@/components/ui/button-link";
import { plural } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { DRAFTS_SHOWN } from "./drafts-shown";

/** A banner that says how many drafts wait for a person. */
export function DraftsNote({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.draft.list.queryOptions({ projectId, limit: DRAFTS_SHOWN }));
  const count = data?.items.length ?? 0;
  if (count === 0) return null;
  return (
    <Banner
      className="mb-5"
      title={
        `${data?.nextCursor ? `More than ${plural(count, "draft")}` : plural(count, "draft")} of ` +
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
