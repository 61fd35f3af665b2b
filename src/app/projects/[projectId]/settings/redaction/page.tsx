import type { Metadata } from "next";
import { Redaction } from "@/features/settings/redaction";

export const metadata: Metadata = { title: "Redaction" };

export default async function RedactionPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <Redaction projectId={projectId} />;
}
