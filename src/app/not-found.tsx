import type { Metadata } from "next";
import { AuthCard } from "@/components/auth-card";
import { ButtonLink } from "@/components/ui/button-link";

export const metadata: Metadata = { title: "Not found" };

export default function NotFoundPage() {
  return (
    <AuthCard
      title="There is nothing here"
      description="Check the address for a typing error. Its page may be deleted, or its project may not be yours."
    >
      <ButtonLink href="/" variant="primary">
        Go to the start
      </ButtonLink>
    </AuthCard>
  );
}
