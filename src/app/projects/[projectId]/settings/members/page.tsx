import type { Metadata } from "next";
import { currentUser } from "@/app/session";
import { Members } from "@/features/settings/members";

export const metadata: Metadata = { title: "Members" };

export default async function MembersPage({ params }: { params: Promise<{ projectId: string }> }) {
  const [{ projectId }, user] = await Promise.all([params, currentUser()]);
  return user && <Members projectId={projectId} userId={user.id} />;
}
