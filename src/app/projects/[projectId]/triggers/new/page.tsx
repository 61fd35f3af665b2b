import type { Metadata } from "next";
import { createLoader, type SearchParams } from "nuqs/server";
import { Prefetch } from "@/app/prefetch";
import { likeSubjectParams } from "@/features/triggers/search-params";
import { NewTriggerWithActions } from "../new-trigger-with-actions";

export const metadata: Metadata = { title: "New trigger" };

const loadParams = createLoader(likeSubjectParams);

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

export default async function NewTriggerPage({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  const { like, of } = await loadParams(searchParams);
  return (
    <Prefetch
      load={(trpc, queryClient) => [
        ...(like === null
          ? []
          : [
              queryClient.prefetchQuery(
                trpc.observation.get.queryOptions({ projectId, observationId: like, eventSource: of }),
              ),
            ]),
      ]}
    >
      <NewTriggerWithActions projectId={projectId} like={like === null ? null : { id: like, eventSource: of }} />
    </Prefetch>
  );
}
