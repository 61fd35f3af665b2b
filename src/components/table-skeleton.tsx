import { Skeleton } from "./ui/skeleton";

/** Grey placeholder rows, shown while the rows of a small table load. */
export function TableSkeleton({ rows = 3 }: { rows?: number }) {
  return (
    <div aria-busy="true" className="flex flex-col">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex h-11 items-center gap-8 border-b px-4 last:border-b-0 sm:px-5">
          <Skeleton width="9rem" />
          <Skeleton width="5rem" />
          <Skeleton width="6rem" />
        </div>
      ))}
    </div>
  );
}
