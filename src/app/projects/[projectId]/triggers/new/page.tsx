import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { newTriggerLikeSubjectParams } from "@/features/triggers/search-params";
import { makeUrlReader, type SearchParams } from "@/lib/url-params";
import { NewTriggerWithActionSheet } from "../new-trigger-with-action-sheet";

export const metadata: Metadata = { title: "New trigger" };

const loadParams = makeUrlReader(newTriggerLikeSubjectParams);

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

export default async function NewTriggerPage({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  const { like, of } = loadParams(await searchParams);
  return (
    <PrefetchedQueries
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
      <NewTriggerWithActionSheet projectId={projectId} like={like === null ? null : { id: like, eventSource: of }} />
    </PrefetchedQueries>
  );
}
