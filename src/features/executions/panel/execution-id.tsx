import { CopyButton } from "@/components/ui/copy-button";
import { shortenId } from "../describe-execution";

/** Shows the id of an execution with a copy button. The receiver gets the same id in the header `webhook-id`. */
export function ExecutionId({ id }: { id: string }) {
  return (
    <span
      className="flex shrink-0 items-center gap-1 font-mono text-xs text-muted"
      title={`${id}: the receiver gets it in the header webhook-id`}
    >
      {shortenId(id)}
      <CopyButton text={id} label="Copy execution ID" className="-my-1" />
    </span>
  );
}
