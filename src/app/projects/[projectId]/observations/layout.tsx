import type { ReactNode } from "react";
import { ObservationList } from "@/features/observations/observation-list";

type LayoutProps = { params: Promise<{ projectId: string }>; children: ReactNode };

/** The list stays as it is while its panel opens, changes and closes: the pages below only give the panel its URL. */
export default async function ObservationsLayout({ params, children }: LayoutProps) {
  const { projectId } = await params;
  return (
    <>
      <ObservationList projectId={projectId} />
      {children}
    </>
  );
}
