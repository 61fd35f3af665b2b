import type { Metadata } from "next";
import { NewTrigger } from "@/features/triggers/new-trigger";

export const metadata: Metadata = { title: "New trigger" };

export default async function NewTriggerPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <NewTrigger projectId={projectId} />;
}
