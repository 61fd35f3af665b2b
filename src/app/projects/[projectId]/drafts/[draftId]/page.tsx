import type { Metadata } from "next";
import { DraftPage } from "@/features/drafts/draft-page";

export const metadata: Metadata = { title: "Draft of a trigger" };

export default async function TriggerDraftPage({
  params,
}: {
  params: Promise<{ projectId: string; draftId: string }>;
}) {
  const { projectId, draftId } = await params;
  return <DraftPage projectId={projectId} draftId={draftId} />;
}
