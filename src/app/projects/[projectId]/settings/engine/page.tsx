import type { Metadata } from "next";
import { EnginePage } from "@/features/engine/engine-page";

export const metadata: Metadata = { title: "Engine" };

export default async function EngineSettingsPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <EnginePage projectId={projectId} />;
}
