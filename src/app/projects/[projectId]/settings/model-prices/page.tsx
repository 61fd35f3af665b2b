import type { Metadata } from "next";
import { ModelPrices } from "@/features/settings/model-prices";

export const metadata: Metadata = { title: "Model prices" };

export default async function ModelPricesPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <ModelPrices projectId={projectId} />;
}
