import { SearchX } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { ButtonLink } from "@/components/ui/button-link";

export default function ProjectNotFoundPage() {
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="There is nothing here"
      description="The address may be mistyped, or what it led to may have been deleted."
      actions={<ButtonLink href="/">Go to the start</ButtonLink>}
    />
  );
}
