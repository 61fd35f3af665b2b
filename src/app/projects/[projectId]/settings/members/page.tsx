import type { Metadata } from "next";
import { Prefetch } from "@/app/prefetch";
import { currentUser } from "@/app/session";
import { Members } from "@/features/settings/members";
import { byCursor } from "@/lib/by-cursor";

export const metadata: Metadata = { title: "Members" };

export default async function MembersPage({ params }: { params: Promise<{ projectId: string }> }) {
  const [{ projectId }, user] = await Promise.all([params, currentUser()]);
  return (
    user && (
      <Prefetch
        load={(trpc, queryClient) => [
          queryClient.prefetchQuery(trpc.member.list.queryOptions({ projectId })),
          queryClient.prefetchInfiniteQuery(
            trpc.accessLink.pageInvitations.infiniteQueryOptions({ projectId }, byCursor),
          ),
        ]}
      >
        <Members projectId={projectId} userId={user.id} />
      </Prefetch>
    )
  );
}
