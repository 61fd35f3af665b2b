import type { Metadata } from "next";
import { Engine } from "@/features/engine/engine";

export const metadata: Metadata = { title: "Engine" };

export default async function EnginePage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <Engine projectId={projectId} />;
}
