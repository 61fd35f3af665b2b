import { PageChangeUnderWay } from "@/components/page-change-bar";
import { Skeleton } from "@/components/ui/skeleton";

const ROWS = 12;

/** Shows grey placeholders while a project page loads: one for the page's head, and some for the rows of a list. */
export default function Loading() {
  return (
    <div aria-busy="true" className="-mx-4 sm:-mx-6">
      <PageChangeUnderWay />
      <div className="flex h-12 items-center border-b px-4 sm:px-6">
        <Skeleton width="9rem" className="h-6" />
      </div>
      {Array.from({ length: ROWS }, (_, row) => (
        <div key={row} className="flex h-(--row-height) items-center gap-6 border-b px-4 sm:px-6">
          <Skeleton width="5.5rem" />
          <Skeleton width="30%" />
          <Skeleton width="20%" />
        </div>
      ))}
    </div>
  );
}
