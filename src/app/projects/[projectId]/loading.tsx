import { Skeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <div aria-busy="true" className="flex flex-col gap-6">
      <Skeleton width="11rem" className="h-7" />
      <Skeleton width="100%" className="h-64" />
    </div>
  );
}
