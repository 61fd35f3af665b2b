import type { Metadata } from "next";
import { NewTriggerWithActions } from "../trigger-pages";

export const metadata: Metadata = { title: "New trigger" };

export default async function NewTriggerPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <NewTriggerWithActions projectId={projectId} />;
}
