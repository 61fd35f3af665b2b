import type { Metadata } from "next";
import { RedactionPage } from "@/features/settings/redaction-page";

export const metadata: Metadata = { title: "Redaction" };

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <RedactionPage projectId={projectId} />;
}
