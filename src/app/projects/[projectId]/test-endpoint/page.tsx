import type { Metadata } from "next";
import { TestEndpointPage } from "@/features/test-endpoint/test-endpoint-page";

export const metadata: Metadata = { title: "Test endpoint" };

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <TestEndpointPage projectId={projectId} />;
}
