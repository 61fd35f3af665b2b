import type { Metadata } from "next";
import { DraftList } from "@/features/drafts/draft-list";

export const metadata: Metadata = { title: "Drafts of triggers" };

export default async function TriggerDraftsPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <DraftList projectId={projectId} />;
}
