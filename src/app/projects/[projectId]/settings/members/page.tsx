import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { readSignedInUser } from "@/app/session";
import { MembersPage } from "@/features/settings/members-page";
import { cursorQueryOptions } from "@/lib/cursor-query-options";

export const metadata: Metadata = { title: "Members" };

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const [{ projectId }, user] = await Promise.all([params, readSignedInUser()]);
  return (
    user && (
      <PrefetchedQueries
        load={(trpc, queryClient) => [
          queryClient.prefetchQuery(trpc.member.list.queryOptions({ projectId })),
          queryClient.prefetchInfiniteQuery(
            trpc.accessLink.pageInvitations.infiniteQueryOptions({ projectId }, cursorQueryOptions),
          ),
        ]}
      >
        <MembersPage projectId={projectId} userId={user.id} />
      </PrefetchedQueries>
    )
  );
}
