import type { Metadata } from "next";
import { EditTrigger } from "@/features/triggers/edit-trigger";

export const metadata: Metadata = { title: "Trigger" };

export default async function TriggerPage({ params }: { params: Promise<{ projectId: string; triggerId: string }> }) {
  const { projectId, triggerId } = await params;
  return <EditTrigger key={triggerId} projectId={projectId} triggerId={triggerId} />;
}
