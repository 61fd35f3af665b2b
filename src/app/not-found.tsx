import type { Metadata } from "next";
import { AuthCard } from "@/components/auth-card";
import { ButtonLink } from "@/components/ui/button-link";

export const metadata: Metadata = { title: "Not found" };

export default function NotFoundPage() {
  return (
    <AuthCard
      title="There is nothing here"
      description="The address may be mistyped, what it led to may have been deleted, or you may not be a member of its project."
    >
      <ButtonLink href="/" variant="primary">
        Go to the start
      </ButtonLink>
    </AuthCard>
  );
}
