import type { Metadata } from "next";
import { EditAction } from "@/features/actions/edit-action";

export const metadata: Metadata = { title: "Action" };

export default async function ActionPage({ params }: { params: Promise<{ projectId: string; actionId: string }> }) {
  const { projectId, actionId } = await params;
  return <EditAction key={actionId} projectId={projectId} actionId={actionId} />;
}
