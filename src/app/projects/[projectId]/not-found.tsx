import { EmptyState } from "@/components/empty-state";
import { ButtonLink } from "@/components/ui/button-link";

export default function ProjectNotFoundPage() {
  return (
    <EmptyState
      title="There is nothing here"
      description="Check the address for a typing error. Its page may also be deleted."
      actions={<ButtonLink href="/">Go to the start</ButtonLink>}
    />
  );
}
