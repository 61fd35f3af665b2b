import type { Metadata } from "next";
import { TriggerList } from "@/features/triggers/trigger-list";

export const metadata: Metadata = { title: "Triggers" };

export default async function TriggersPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <TriggerList projectId={projectId} />;
}
